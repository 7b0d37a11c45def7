"""What dbt makes of the project's SQL where no table is built yet, as on a fresh clone."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cmr import project
from cmr.build import parsed_project, runner


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for a warehouse that nothing is built in."""
    folder = tmp_path_factory.mktemp("fresh")
    (folder / "tmp").mkdir()
    with runner.environment(CMR_WAREHOUSE=str(folder / "warehouse.duckdb"), CMR_TEMP=str(folder / "tmp")):
        yield folder


def compile_policies(folder: Path, manifest: Any) -> Any:
    """Compiles all policies and dim_policy_rules, as the project of a manifest has them."""
    command = ["compile", "--select", "path:models/eligibility/policies", "dim_policy_rules"]
    return runner.invoke(command, folder, manifest)


def rules_asked(sql: str) -> list[str]:
    """The rules of a compiled policy, in the order of the letters of its outcomes."""
    return re.findall(r"(?m)^ *(?:\|\| )?case when (\w+) then 'Y' when not \1 then 'N' else '\?' end$", sql)


def test_a_fresh_clone_compiles_every_policy_with_its_rules(folder: Path) -> None:
    result = compile_policies(folder, parsed_project.load_manifest(folder))
    assert result.success, result.exception
    compiled = {one.node.name: one.node.compiled_code for one in result.result.results}
    policies = project.seed("policies")
    asked = {policy["policy"]: rules_asked(compiled[policy["policy"]]) for policy in policies}
    seed = project.seed("rules")
    for policy in policies:
        if not policy["rules_of"]:
            assert asked[policy["policy"]] == [
                rule["rule_id"] for rule in seed if rule["policy"] == policy["policy"]
            ]
    los_angeles = asked["pilot_los_angeles"]
    without = [rule for rule in los_angeles if rule != "two_priors"]
    assert asked["pilot_los_angeles_without_two_priors"] == without
    assert asked["pilot_los_angeles_two_priors_last"] == [*without[:-1], "two_priors", without[-1]]
    listed = re.findall(
        r"'(\w+)' as policy,\s+(\d+) as rule_order,\s+'(\w+)' as rule_id", compiled["dim_policy_rules"]
    )
    assert listed == [
        (policy, str(place), rule) for policy in asked for place, rule in enumerate(asked[policy], 1)
    ]


@pytest.mark.parametrize(
    "described",
    [
        ["not_a_felony", "convicted_after_prop64"],
        ["convicted_after_prop64"],
        ["convicted_after_prop64", "not_a_felony", "a_rule_of_no_sql"],
    ],
    ids=["another order", "one left out", "one too many"],
)
def test_a_yml_that_does_not_describe_the_rules_of_the_sql_stops_the_build(
    folder: Path, described: list[str]
) -> None:
    """Otherwise a letter of the outcomes would be read as the answer of another rule."""
    manifest = parsed_project.load_manifest(folder)
    policy = manifest.nodes["model.clear_my_record.pilot_sacramento"]
    assert list(policy.columns)[:3] == ["conviction_id", "convicted_after_prop64", "not_a_felony"]
    columns = [*policy.columns.items()]
    policy.columns = dict([columns[0], *((name, columns[1][1]) for name in described), *columns[3:]])
    manifest.build_flat_graph()
    result = compile_policies(folder, manifest)
    assert "CMR: pilot_sacramento.yml must describe these rules in this order" in str(result.exception)


def test_the_cache_of_the_project_names_the_database_of_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMR_WAREHOUSE", str(tmp_path / "another.duckdb"))
    monkeypatch.setattr(parsed_project, "cache_file", lambda: tmp_path / "cached")
    for _ in ("parsed", "from the cache"):
        manifest = parsed_project.load_manifest(tmp_path)
        assert {node.database for node in manifest.nodes.values()} == {"warehouse"}
    assert (tmp_path / "cached").is_file()
