"""Synthetic extracts and calls of the command, for the tests. Nobody in them exists."""

import csv
import fcntl
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from cmr import project, stopping
from cmr.build import warehouse
from cmr.files import exports

# A felony conviction of HS 11359 in Sacramento in 2001, of a person born in 1960.
CONVICTION = {
    "RECORD_ID": "1",
    "SUBJECT_ID": "1001",
    "CII_NUMBER": "A1001",
    "PRI_NAME": "DOE,JANE",
    "GENDER": "F",
    "PRI_DOB": "19600314",
    "RACE_DESCR": "WHITE",
    "CYC_ORDER": "1",
    "CYC_DATE": "20010103",
    "STP_ORDER": "1",
    "STP_EVENT_DATE": "20010203",
    "STP_TYPE_DESCR": "COURT ACTION",
    "STP_ORI_DESCR": "CASCSACRAMENTO",
    "STP_ORI_CNTY_NAME": "SACRAMENTO",
    "CNT_ORDER": "001001001000",
    "DISP_DATE": "20010203",
    "OFN": "C-1",
    "OFFENSE_DESCR": "11359 HS-POSSESS MARIJUANA FOR SALE",
    "OFFENSE_TOC": "F",
    "DISP_DESCR": "CONVICTED-PROB/JAIL",
    "CONV_STAT_DESCR": "FELONY",
    "SENT_LENGTH": "90",
    "SENT_TIME_CODE": "D",
    "END_OF_REC": "#",
}

# Criteria of a county that dismisses misdemeanors, and what was done before the age of 21; nothing else.
UNDER_21 = {
    "baselineEligibility": {"dismiss": [], "reduce": []},
    "additionalRelief": {"subjectUnder21AtConviction": True},
}


def line(fields: Mapping[str, str] = {}) -> list[str]:
    """The 95 fields of one line: the conviction above with other values for some of them."""
    unknown = fields.keys() - set(project.extract_columns())
    assert not unknown, f"no such column: {unknown}"
    values = CONVICTION | dict(fields)
    return [values.get(name, "") for name in project.extract_columns()]


def text(lines: Iterable[list[str]], *, header: bool = True, newline: str = "\n") -> str:
    """Lines of fields as the text of an extract."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=newline)
    if header:
        writer.writerow(project.extract_columns())
    writer.writerows(lines)
    return out.getvalue()


def extract(
    folder: Path,
    rows: Iterable[Mapping[str, str]] = ({},),
    *,
    name: str = "extract.csv",
    header: bool = True,
    newline: str = "\n",
    encoding: str = "utf-8",
) -> Path:
    """Writes an extract with a line for each row, which names the fields that differ from CONVICTION."""
    path = folder / name
    path.write_bytes(text((line(row) for row in rows), header=header, newline=newline).encode(encoding))
    return path


def copy_of_the_project(folder: Path) -> Path:
    """A copy of the project below `folder`, without what commands have made in it."""
    copy = folder / "project"
    made = shutil.ignore_patterns(
        ".git", ".venv", ".*_cache", "__pycache__", "data", "target", "logs", "demo_output"
    )
    shutil.copytree(project.root(), copy, ignore=made)
    (copy / "data").mkdir()
    return copy


def cmr(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Calls the command as a user does, in a process of its own."""
    command = [sys.executable, "-m", "cmr.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environment)


def run(
    extract: Path, out: Path, *words: object, county: str = "SACRAMENTO"
) -> subprocess.CompletedProcess[str]:
    """`cmr run` as of 2020-07-01."""
    return cmr("run", extract, "--county", county, "--as-of", "2020-07-01", "--out", out, *words)


def hear_signals() -> None:
    """Before a process starts: it gets signals also where nobody's terminal runs the tests (nohup, a shell's &)."""
    for number in stopping.SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def apart(*options: str) -> list[str]:
    """Words before a command that give it namespaces of its own (options of unshare); none where the system refuses."""
    if sys.platform != "linux":
        return []
    if not shutil.which("unshare"):
        pytest.fail("unshare is not there: install the package util-linux", pytrace=False)
    words = ["unshare", *options]
    return words if subprocess.run([*words, "true"], capture_output=True).returncode == 0 else []


def lines_of(path: Path) -> list[dict[str, str]]:
    """The lines of a CSV file of a run, by column name."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def export_again(
    run: Path, out: Path, county: str, before: str = "select 1", *, workbook: bool = False
) -> None:
    """Writes the files of a run anew for a county, from a copy of its warehouse in which a statement was executed."""
    copy = out / "copy" / "warehouse.duckdb"
    copy.parent.mkdir()
    copy.write_bytes((run / "warehouse.duckdb").read_bytes())
    with warehouse.connect(copy) as con:
        con.execute(before)
        exports.write_outputs(
            con,
            out,
            county=county,
            run_id=json.loads((run / "manifest.json").read_text())["run_id"],
            processing_seconds=lambda: 0.0,
            workbook=workbook,
        )


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` fills, once for all workers of the test run. Read only."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            assert not folder.exists(), f"{name} could not be made: the first test that asked for it says why"
            folder.mkdir()
            make(folder)
            (folder / "made").touch()
    return folder


def compiled(model: str, folder: Path) -> str:
    """The SQL of a model as dbt compiles it with the project's own variables; its tables are in `warehouse`."""
    from dbt.cli.main import dbtRunner

    root = str(project.root())
    os.environ |= {"CMR_WAREHOUSE": str(folder / "warehouse.duckdb"), "CMR_TEMP": str(folder / "tmp")}
    words = [
        "compile",
        "--select",
        model,
        "--project-dir",
        root,
        "--profiles-dir",
        root,
        "--log-level",
        "none",
    ]
    words += ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    result = dbtRunner().invoke([*words, "--no-version-check", "--no-send-anonymous-usage-stats"])
    assert result.success, result.exception
    [path] = (folder / "target" / "compiled").rglob(f"{model}.sql")
    return path.read_text(encoding="utf-8")
