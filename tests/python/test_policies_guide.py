"""What docs/policies.md tells a county to do works: its examples, put where it says, build and pass."""

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest

import support
from cmr import project

# A step of the guide: the file that it is about, in code at its beginning, and the lines to put there.
STEP = re.compile(
    r"^\d\. `([^`\n]+\.(?:sql|yml|csv))`.*?\n   ```\w+\n(.*?)\n   ```$", re.MULTILINE | re.DOTALL
)


def follow(guide: str, copy: Path) -> list[str]:
    """Does the steps of the guide; returns the names of the unit tests that it adds."""
    steps = STEP.findall(guide)
    unit_tests = []
    for name, lines in steps:
        path = copy / name
        lines = textwrap.dedent(lines) if name != "dbt_project.yml" else textwrap.dedent(lines).strip()
        if name == "dbt_project.yml":
            last = re.findall(r"^    - \w+$", path.read_text(), re.MULTILINE)[-1]
            path.write_text(path.read_text().replace(last, f"{last}\n    {lines}"))
        elif path.suffix == ".csv":
            path.write_text(path.read_text() + lines + "\n")
        else:
            assert not path.exists(), f"{name}: the guide adds a file that is there"
            path.write_text(lines + "\n")
            unit_tests += re.findall(r"^  - name: (\w+)$", lines.partition("unit_tests:")[2], re.MULTILINE)
    return unit_tests


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of a copy of the project, on the sample, with the policies of the guide."""
    copy = support.copy_of_the_project(tmp_path_factory.mktemp("guide"))
    unit_tests = follow((project.root() / "docs" / "policies.md").read_text(encoding="utf-8"), copy)
    assert len(unit_tests) == 2
    environment = os.environ | {
        "CMR_PROJECT": str(copy),
        "CMR_WAREHOUSE": "data/warehouse.duckdb",
        "CMR_TEMP": "data/tmp",
        "DBT_PROFILES_DIR": str(copy),
    }

    def call(*words: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=copy, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr

    call("cmr.law.policy_docs")
    selected = ["resource_type:seed", "resource_type:model", "test_type:singular", *unit_tests]
    call("dbt.cli.main", "build", "--quiet", "--indirect-selection", "empty", "--select", *selected)
    return copy / "data" / "warehouse.duckdb"


def test_the_what_if_of_the_guide_changes_what_it_says(built: Path) -> None:
    with duckdb.connect(str(built), read_only=True) as con:
        changes = con.execute(
            "select pilot.determination, what_if.determination, what_if.reason, count(*) > 0"
            " from fct_decisions as pilot inner join fct_decisions as what_if using (conviction_id)"
            " where pilot.policy = 'pilot_sacramento'"
            " and what_if.policy = 'pilot_sacramento_only_conviction'"
            " and pilot.determination <> what_if.determination"
            " group by all"
        ).fetchall()
    assert changes == [("Eligible for Reduction", "Eligible for Dismissal", "Only conviction", True)]


def test_the_list_of_the_guide_decides(built: Path) -> None:
    with duckdb.connect(str(built), read_only=True) as con:
        rules = con.execute(
            "select rule_id from dim_policy_rules where policy = 'alameda_seven_years' order by rule_order"
        ).fetchall()
        undecided = con.execute(
            "select count(*) filter (where determination is null) from fct_decisions"
            " where policy = 'alameda_seven_years'"
        ).fetchone()
    assert rules == [("not_a_felony",), ("clear_for_seven_years",), ("no_criteria_apply",)]
    assert undecided == (0,)
