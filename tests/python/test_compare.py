"""`cmr compare`: policies and criteria files side by side, on the numbers of a run."""

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import support
from cmr import project
from cmr.build import results
from cmr.commands import compare

MINE = {
    "baselineEligibility": {"dismiss": ["11357"], "reduce": ["11358", "11359"]},
    "additionalRelief": {"subjectUnder21AtConviction": True, "subjectAgeThreshold": 60},
}
OTHER = {"baselineEligibility": {"dismiss": [], "reduce": ["11360"]}}


def asked(run: Path, *words: object, **environment: str) -> Any:
    """The JSON that `cmr compare` gives, once it is what its schema says."""
    done = support.cmr("compare", *words, "--run", run, "--format", "json", **environment)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    schema = project.schema("compare")
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(found)
    return found


def criteria_file(folder: Path, stated: dict[str, Any], name: str = "mine.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(stated))
    return path


def test_the_numbers_are_those_of_each_policys_decisions(sample_run: Path) -> None:
    policies = ["county_criteria", "pilot_sacramento", "dismiss_all_prop64_and_related"]
    found = asked(sample_run, *policies)
    assert [one["county"] for one in found["counties"]] == ["SACRAMENTO"]
    [county] = found["counties"]
    assert [one["policy"] for one in county["impact"]] == policies
    with results.opened(sample_run / "warehouse.duckdb") as con:
        decided = {
            (policy, determination): number
            for policy, determination, number in con.execute(
                "select policy, determination, sum(convictions) from county_decisions"
                " where county = 'SACRAMENTO' group by all"
            ).fetchall()
        }
        impact = con.execute("select * from county_impact where county = 'SACRAMENTO'")
        names = [name for name, *_ in impact.description]
        by_policy = {row[1]: dict(zip(names, row, strict=True)) for row in impact.fetchall()}
    for one in county["impact"]:
        assert one | {"county": "SACRAMENTO"} == by_policy[one["policy"]]
    pairs = [(a, b) for number, a in enumerate(policies) for b in policies[number + 1 :]]
    for a, b in pairs:
        rows = [row for row in county["decisions"] if (row["policy_a"], row["policy_b"]) == (a, b)]
        for side, policy in (("a", a), ("b", b)):
            totals: dict[tuple[str, str], int] = {}
            for row in rows:
                key = (policy, row[f"determination_{side}"])
                totals[key] = totals.get(key, 0) + row["convictions"]
            totals.pop((policy, "Not covered"), None)
            assert totals == {key: number for key, number in decided.items() if key[0] == policy}


def test_a_list_of_another_county_covers_nothing(sample_run: Path) -> None:
    [county] = asked(sample_run, "pilot_sacramento", "pilot_los_angeles")["counties"]
    assert {row["determination_b"] for row in county["decisions"]} == {"Not covered"}
    assert county["impact"][1]["convictions_decided"] == 0
    found = asked(sample_run, "pilot_sacramento", "pilot_los_angeles", "--county", "all")
    assert [one["county"] for one in found["counties"]] == ["LOS ANGELES", "SACRAMENTO"]


def test_all_formats_hold_the_same_numbers(sample_run: Path) -> None:
    words = ["compare", "county_criteria", "pilot_sacramento", "--run", sample_run, "--format"]
    [county] = asked(sample_run, *words[1:3])["counties"]
    lines = list(csv.DictReader(io.StringIO(support.cmr(*words, "csv").stdout)))
    pairs = [line for line in lines if line["measure"] == "convictions"]
    columns = ("determination_a", "determination_b")
    assert [(*(line[name] for name in columns), int(line["number"])) for line in pairs] == [
        (*(row[name] for name in columns), row["convictions"]) for row in county["decisions"]
    ]
    effects = {
        (line["policy_a"], line["measure"]): int(line["number"]) for line in lines if line not in pairs
    }
    assert effects == {
        (one["policy"], measure): one[measure] for one in county["impact"] for measure in compare.MEASURES
    }
    table = support.cmr(*words, "table").stdout
    for one in county["impact"]:
        assert one["policy"] in table and f"{one['convictions_decided']:,}" in table
    for row in county["decisions"]:
        assert row["determination_a"] in table and f"{row['convictions']:,}" in table


def test_a_criteria_file_decides_as_in_a_run_of_its_own(sample_run: Path, tmp_path: Path) -> None:
    mine, other = criteria_file(tmp_path, MINE), criteria_file(tmp_path, OTHER, "other.json")
    warehouse = sample_run / "warehouse.duckdb"
    before = hashlib.sha256(warehouse.read_bytes()).hexdigest()
    spill = tmp_path / "tmp"
    found = asked(sample_run, mine, "county_criteria", other, "dismiss_all_prop64", CMR_TEMP=str(spill))
    assert hashlib.sha256(warehouse.read_bytes()).hexdigest() == before
    assert not list(spill.glob("*")), "the copy of the warehouse was left behind"
    assert [one["policy"] for one in found["policies"]] == [
        "mine.json",
        "county_criteria",
        "other.json",
        "dismiss_all_prop64",
    ]
    assert found["policies"][0]["criteria"]["subject_age_threshold"] == 60
    [county] = found["counties"]
    impact = {one["policy"]: one for one in county["impact"]}
    usual = asked(sample_run, "county_criteria", "dismiss_all_prop64")["counties"][0]
    assert [impact["county_criteria"], impact["dismiss_all_prop64"]] == usual["impact"]
    for name, path in (("mine.json", mine), ("other.json", other)):
        out = tmp_path / f"run_{name}"
        sample = project.root() / "samples" / "doj_extract.csv"
        assert support.run(sample, out, "--criteria", path).returncode in (0, 3)
        [run] = asked(out, "county_criteria", "dismiss_all_prop64")["counties"]
        assert impact[name] == run["impact"][0] | {"policy": name}
        assert [
            row
            for row in county["decisions"]
            if (row["policy_a"], row["policy_b"]) == (name, "dismiss_all_prop64")
        ] == [row | {"policy_a": name} for row in run["decisions"]]
    assert impact["mine.json"]["reductions"] > 0


@pytest.mark.long
def test_files_of_one_name_keep_their_folders(sample_run: Path, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    paths = [criteria_file(tmp_path / "a", MINE), criteria_file(tmp_path, OTHER)]
    found = asked(sample_run, *paths)
    assert [one["policy"] for one in found["policies"]] == ["mine.json", str(paths[1])]


def test_wrong_calls_get_one_plain_message(sample_run: Path, tmp_path: Path) -> None:
    wrong = criteria_file(tmp_path, {"baselineEligibility": {"dismiss": ["11361"]}}, "wrong.json")
    two = ["county_criteria", "dismiss_all_prop64"]
    for words, status, message in [
        (["county_criteria"], 2, "name two policies or more"),
        (["county_criteria", "county_criteria"], 2, "named twice"),
        (["county_criteria", "pilot_sacremento"], 2, "did you mean pilot_sacramento"),
        (["county_criteria", wrong], 2, "wrong.json: baselineEligibility.dismiss"),
        (["county_criteria", tmp_path / "none.json"], 2, "no such criteria file"),
        ([*two, "--county", "SACRIMENTO"], 2, "did you mean SACRAMENTO"),
        ([*two, "--county", "ALPINE"], 1, "decides a conviction in ALPINE"),
        ([*two, "--run", tmp_path], 2, "no such warehouse"),
    ]:
        done = support.cmr("compare", "--run", sample_run, *words)
        assert (done.returncode, done.stdout) == (status, ""), done.stderr
        assert done.stderr.startswith("cmr: ") and message in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_temporary_folder_that_cannot_be_made(sample_run: Path, tmp_path: Path) -> None:
    mine = criteria_file(tmp_path, MINE)
    done = support.cmr("compare", mine, "county_criteria", "--run", sample_run, CMR_TEMP=str(mine / "tmp"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].endswith(
        "compare: cannot be written: Not a directory; nothing was written"
    )
