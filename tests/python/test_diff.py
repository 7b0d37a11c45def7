"""`cmr diff`: what changed between two runs, and why."""

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import support

BEFORE = [
    {"SUBJECT_ID": "1001"},
    {"SUBJECT_ID": "1002", "PRI_DOB": "19820314"},
    {"SUBJECT_ID": "1003"},
    {"SUBJECT_ID": "1004", "CONV_STAT_DESCR": "MISDEMEANOR"},
]
AFTER = [
    {"SUBJECT_ID": "1001"},
    {"SUBJECT_ID": "1002", "PRI_DOB": "19720314"},
    # another line ahead of it moves the lines, and is no change
    {"SUBJECT_ID": "1005"},
    {"SUBJECT_ID": "1004", "CONV_STAT_DESCR": "MISDEMEANOR"},
]
# Nothing but the years since the conviction: the as-of date decides.
TEN_YEARS = {
    "baselineEligibility": {"dismiss": [], "reduce": []},
    "additionalRelief": {"yearsSinceConvictionThreshold": 10},
}


# The fixture makes a run for each cause of a difference.
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of runs: base, and one for each cause with nothing else different."""

    def make(folder: Path) -> None:
        before = support.extract(folder, BEFORE, name="before.csv")
        after = support.extract(folder, AFTER, name="after.csv")
        under_21 = folder / "under_21.json"
        under_21.write_text(json.dumps(support.UNDER_21))
        ten_years = folder / "ten_years.json"
        ten_years.write_text(json.dumps(TEN_YEARS))
        for name, extract, criteria, as_of in (
            ("base", before, under_21, "2020-07-01"),
            ("input", after, under_21, "2020-07-01"),
            ("criteria", before, ten_years, "2020-07-01"),
            ("earlier", before, ten_years, "2010-07-01"),
        ):
            words = ("--county", "SACRAMENTO", "--as-of", as_of, "--criteria", criteria)
            done = support.cmr("run", extract, *words, "--out", folder / name)
            assert done.returncode == 0, done.stderr

    return support.made_once(tmp_path_factory, "diff_runs", make)


def diff(a: Path, b: Path) -> tuple[dict[str, Any], dict[str, tuple[str, str, str]]]:
    """The JSON, and by person: what changed, because of what, which facts."""
    done = support.cmr("diff", a, b, "--format", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    convictions = {
        row["subject_id"]: (row["change"], ", ".join(row["causes"]), ", ".join(row["changed_facts"]))
        for row in found["convictions"]
    }
    return found, convictions


def test_no_difference(runs: Path) -> None:
    found, convictions = diff(runs / "base", runs / "base")
    assert convictions == {}
    assert not any(found["differs"].values())
    assert found["numbers"]["changes"] == {"none": 4}


def test_other_input(runs: Path) -> None:
    found, convictions = diff(runs / "base", runs / "input")
    assert [what for what, differs in found["differs"].items() if differs] == ["input"]
    assert convictions == {
        "1002": ("determination", "input", "date_of_birth"),
        "1003": ("only in A", "input", ""),
        "1005": ("only in B", "input", ""),
    }
    assert found["numbers"]["changes"] == {"determination": 1, "none": 2, "only in A": 1, "only in B": 1}


def test_other_criteria(runs: Path) -> None:
    found, convictions = diff(runs / "base", runs / "criteria")
    assert [what for what, differs in found["differs"].items() if differs] == ["criteria"]
    assert convictions == {
        "1001": ("determination", "criteria", ""),
        "1002": ("reason", "criteria", ""),
        "1003": ("determination", "criteria", ""),
    }


def test_another_as_of_date(runs: Path) -> None:
    found, convictions = diff(runs / "earlier", runs / "criteria")
    assert [what for what, differs in found["differs"].items() if differs] == ["as-of date"]
    assert set(convictions.values()) == {("determination", "as-of date", "")}
    assert set(convictions) == {"1001", "1002", "1003"}


def test_several_causes(runs: Path) -> None:
    found, convictions = diff(runs / "base", runs / "earlier")
    assert [what for what, differs in found["differs"].items() if differs] == ["criteria", "as-of date"]
    assert {causes for _, causes, _ in convictions.values()} == {"criteria, as-of date"}


def test_other_rules(runs: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(runs / "criteria", other)
    manifest = json.loads((other / "manifest.json").read_text())
    (other / "manifest.json").write_text(json.dumps(manifest | {"rules_sha256": "0" * 64}))
    found, convictions = diff(runs / "earlier", other)
    assert [what for what, differs in found["differs"].items() if differs] == ["as-of date", "rules"]
    assert {causes for _, causes, _ in convictions.values()} == {"as-of date, rules"}


def test_the_forms(runs: Path) -> None:
    done = support.cmr("diff", runs / "base", runs / "input", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["subject_id"] for row in rows] == ["1002", "1003", "1005"]
    assert rows[0]["changed_facts"] == "date_of_birth"
    done = support.cmr("diff", runs / "base", runs / "input", COLUMNS="200")
    assert "What differs between the runs: input" in done.stdout
    assert "DOE" not in done.stdout


def test_a_folder_without_a_warehouse(runs: Path, tmp_path: Path) -> None:
    shutil.copyfile(runs / "base" / "manifest.json", tmp_path / "manifest.json")
    done = support.cmr("diff", runs / "base", tmp_path)
    assert done.returncode == 2
    assert "no warehouse.duckdb" in done.stderr
