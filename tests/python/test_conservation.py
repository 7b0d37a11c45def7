"""Nothing is lost: every line, person and conviction goes on to the next step or is named with a cause."""

import itertools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

import support
from cmr import project
from cmr.errors import CmrError
from cmr.files import conservation
from cmr.files.exports import Written
from cmr.sources.ca_doj_extract import inspection


def account(run: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((run / "manifest.json").read_text())["reconciliation"]
    return rows


def test_everything_is_explained(sample_run: Path) -> None:
    rows = account(sample_run)
    assert {row["measure"] for row in rows} == {"lines", "subjects", "counts", "convictions", "decisions"}
    for row in rows:
        assert row["entering"] == row["leaving"] + sum(row["causes"].values()), row
        assert row["unexplained"] == 0


def test_the_steps_follow_on_one_another(sample_run: Path) -> None:
    steps = {(row["step"], row["measure"]): row for row in account(sample_run)}
    chain = [
        "bytes to lines",
        "files to records",
        "records to fields",
        "fields to staging",
        "staging to people",
    ]
    for before, after in itertools.pairwise(chain):
        assert steps[before, "lines"]["leaving"] == steps[after, "lines"]["entering"]


def test_every_file_has_the_lines_that_it_should(sample_run: Path) -> None:
    files = {row["file"]: row for row in account(sample_run) if row["step"] == "warehouse to file"}
    assert set(files) == {
        "All_Results.csv",
        "All_Results_Condensed.csv",
        "Prop64_Results.csv",
        "Needs_Review.csv",
        "Court_Updates.csv",
        "Related_Charges.csv",
        "Set_Aside.csv",
    }
    for name, row in files.items():
        assert len(support.lines_of(sample_run / name)) == row["leaving"], name


def test_each_cause_is_named(odd_run: Path) -> None:
    causes: dict[str, int] = {}
    for row in account(odd_run):
        if row.get("policy") in (None, "county_criteria"):
            causes |= {f"{row['step']}, {row['measure']}: {cause}": n for cause, n in row["causes"].items()}
    expected = {
        "files to records, lines: header": 1,
        "files to records, lines: blank line": 1,
        "files to records, lines: continuation of a quoted line break": 1,
        "files to records, lines: set aside: 94 fields instead of 95": 1,
        "fields to staging, lines: set aside: SUBJECT_ID is blank": 1,
        "fields to staging, lines: set aside: CNT_ORDER has fewer than 12 digits": 1,
        "staging to people, subjects: all lines of the person set aside": 1,
        "staging to convictions, counts: not convicted": 1,
        "convictions to facts, convictions: other offense": 1,
        "convictions to facts, convictions: unread or doubtful charge": 2,
        "facts to decisions, convictions: outside the known counties": 1,
    }
    assert {cause: causes.get(cause) for cause in expected} == expected


def test_a_file_that_is_short_of_a_line_fails_the_run(sample_run: Path) -> None:
    [inspected] = inspection.inspect([project.root() / "samples" / "doj_extract.csv"])
    files = [row for row in account(sample_run) if row["step"] == "warehouse to file"]
    written = Written({(row["county"], row["file"]): row["leaving"] for row in files})
    with duckdb.connect(str(sample_run / "warehouse.duckdb"), read_only=True) as con:
        assert conservation.reconcile(con, [inspected], written) == account(sample_run)
        written.rows["SACRAMENTO", "Prop64_Results.csv"] -= 1
        with pytest.raises(CmrError, match=r"Prop64_Results\.csv: 1 decisions missing without a cause"):
            conservation.reconcile(con, [inspected], written)


@pytest.mark.parametrize(
    "loss",
    [
        "delete from dim_subjects where subject_key = (select min(subject_key) from dim_subjects)",
        "delete from fct_conviction_facts where is_prop64 and conviction_id = (select max(conviction_id)"
        " from fct_decisions)",
        pytest.param("insert into fct_convictions from fct_convictions limit 1", marks=pytest.mark.long),
        pytest.param(
            "delete from fct_decisions where policy = 'dismiss_all_prop64' and conviction_id = (select"
            " min(conviction_id) from fct_decisions where policy = 'dismiss_all_prop64')",
            marks=pytest.mark.long,
        ),
    ],
)
def test_the_build_stops_where_a_row_is_lost(sample_run: Path, tmp_path: Path, loss: str) -> None:
    path = tmp_path / "warehouse.duckdb"
    shutil.copyfile(sample_run / "warehouse.duckdb", path)
    with duckdb.connect(str(path)) as con:
        con.execute(loss)
    done = dbt(tmp_path, "build", "--select", "reconciliation", "nothing_is_lost_between_layers")
    assert done.returncode == 1
    assert "nothing_is_lost_between_layers" in done.stdout


def dbt(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Calls dbt on the warehouse in the folder; nothing is written elsewhere."""
    root = str(project.root())
    command = [sys.executable, "-m", "dbt.cli.main", *words, "--project-dir", root, "--profiles-dir", root]
    command += ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    command += ["--exclude-resource-type", "unit_test"]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=root,
        env=os.environ | {"CMR_WAREHOUSE": str(folder / "warehouse.duckdb"), "CMR_TEMP": str(folder / "tmp")},
    )
