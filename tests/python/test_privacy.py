"""Nothing leaves the machine, and no person's data lies where nobody would look for it.

The people of these tests bear names and numbers that occur nowhere else, so that one can look for them.
"""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

import support
from cmr import project
from cmr.build import warehouse

CANARIES = {
    "PRI_NAME": "ZZCANARY,QUILL",
    "REQ_NAME": "ZZCANARY,QUILL",
    "PRI_SSN": "555443333",
    "PRI_CDL": "N5554443",
    "CII_NUMBER": "5554443331",
    "SUBJECT_ID": "555444001",
    "COMMENT_TEXT": "WITH ZZCANARY",
    "OFN": "ZZCANARY-1",
}
# Of every kind that is written about somewhere: decided, for review, in conflict, set aside.
ROWS = [
    CANARIES,
    CANARIES | {"CNT_ORDER": "002001001000", "CONV_STAT_DESCR": "", "OFFENSE_TOC": ""},
    CANARIES | {"CNT_ORDER": "12", "PRI_NAME": "ZZCANARY,OTHER"},
    CANARIES | {"SUBJECT_ID": ""},
]
MARKS = (b"ZZCANARY", b"555444", b"55544333")
# The files that carry people: all that is said of them is how they are kept.
CARRIERS = {".csv", ".duckdb", ".xlsx", ".pdf"}


def extract(folder: Path) -> Path:
    path = support.extract(folder, ROWS)
    with path.open("a") as file:
        file.write("ZZCANARY,555443333,short\n")
    return path


def assert_no_canary(*where: Path | str | bytes) -> None:
    for one in where:
        if isinstance(one, Path):
            paths = [path for path in one.rglob("*") if path.is_file()] if one.is_dir() else [one]
            for path in paths:
                assert not any(mark in path.read_bytes() for mark in MARKS), path
        else:
            content = one.encode() if isinstance(one, str) else one
            assert not any(mark in content for mark in MARKS), content


def without_network() -> list[str]:
    """Words before a command that leave it no network interface at all, if the system lets one do that."""
    return support.apart("-rn")


BLOCKED = """
import socket
def refuse(self, address):
    raise SystemExit(f"a connection to {address}")
socket.socket.connect = socket.socket.connect_ex = refuse
"""


def test_a_run_needs_no_network_and_writes_nowhere_else(tmp_path: Path) -> None:
    path, out = extract(tmp_path), tmp_path / "out"
    elsewhere = [tmp_path / name for name in ("home", "temporary", "here")]
    for folder in elsewhere:
        folder.mkdir()
    blocker = tmp_path / "blocker"
    blocker.mkdir()
    (blocker / "sitecustomize.py").write_text(BLOCKED)
    home, temporary, here = map(str, elsewhere)
    environment = {
        "HOME": home,
        "TMPDIR": temporary,
        "PYTHONPATH": f"{blocker}:{os.environ.get('PYTHONPATH', '')}",
    }
    call = ["run", path, "--county", "SACRAMENTO", "--as-of", "2020-07-01", "--out", out]
    done = subprocess.run(
        [*without_network(), sys.executable, "-m", "cmr.cli", *map(str, call)],
        capture_output=True,
        text=True,
        env=os.environ | environment | {"CMR_PROJECT": str(project.root())},
        cwd=here,
    )
    assert done.returncode == 3, done.stderr
    assert_no_canary(done.stdout, done.stderr, *elsewhere)
    assert not any(any(folder.iterdir()) for folder in elsewhere)
    assert not list(tmp_path.glob(".out*"))
    for path in [out, *out.rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
        if path.is_file() and path.suffix not in CARRIERS:
            assert_no_canary(path)
    assert_no_canary(out / "Set_Aside.csv")
    assert_no_canary(*(path for path in out.rglob("*[Pp]ublic*")))


def test_a_check_needs_no_network_shows_nobody_and_leaves_nothing(tmp_path: Path) -> None:
    path = support.extract(
        tmp_path, [*ROWS, CANARIES | {"CNT_ORDER": "003001001000", "STP_TYPE_DESCR": "ZZCANARY"}]
    )
    elsewhere = {name: tmp_path / name.lower() for name in ("HOME", "TMPDIR", "CMR_TEMP", "PWD")}
    for folder in elsewhere.values():
        folder.mkdir()
    done = subprocess.run(
        [*without_network(), sys.executable, "-m", "cmr.cli", "check", str(path)],
        capture_output=True,
        text=True,
        env=os.environ
        | {name: str(folder) for name, folder in elsewhere.items()}
        | {"CMR_PROJECT": str(project.root())},
        cwd=elsewhere["PWD"],
    )
    assert done.returncode == 3, done.stderr  # one of ROWS has lines that a run would set aside
    assert "of fewer than 5 people" in done.stdout
    assert_no_canary(done.stdout, done.stderr)
    assert not any(any(folder.iterdir()) for folder in elsewhere.values())


@pytest.fixture
def broken_project(tmp_path: Path) -> Path:
    """The project with a model that stops at a person's name, which the engine then quotes."""
    root = tmp_path / "project"
    for name in ("models", "macros", "seeds", "tests", "dbt_project.yml", "profiles.yml"):
        source = project.root() / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("python", "__pycache__"))
        elif source.exists():
            shutil.copyfile(source, root / name)
    model = root / "models" / "person_histories" / "dim_subjects.sql"
    text = model.read_text()
    assert "min_by(subject_name," in text
    model.write_text(
        text.replace("min_by(subject_name,", "min_by(cast(cast(subject_name as integer) as varchar),")
    )
    return root


def test_a_failure_that_quotes_a_person(tmp_path: Path, broken_project: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    path = extract(data)
    call = ["run", path, "--county", "SACRAMENTO", "--as-of", "2020-07-01", "--out", data / "out"]
    done = support.cmr(*call, CMR_PROJECT=str(broken_project))
    assert (done.returncode, "dim_subjects failed" in done.stderr) == (1, True), done.stderr
    assert_no_canary(done.stdout, done.stderr, broken_project)
    assert [item.name for item in data.iterdir()] == [path.name]
    # With --debug the log is kept, for the caller alone.
    done = support.cmr(*call, "--debug", CMR_PROJECT=str(broken_project))
    log = data / "out.debug.log"
    assert "which may quote the extract" in done.stderr
    assert log.stat().st_mode & 0o777 == 0o600
    with pytest.raises(AssertionError):
        assert_no_canary(log)
    assert sorted(item.name for item in data.iterdir()) == sorted([path.name, log.name])


def test_a_check_that_fails_quotes_nobody(tmp_path: Path, broken_project: Path) -> None:
    path, temporary = extract(tmp_path), tmp_path / "temporary"
    environment = {"CMR_PROJECT": str(broken_project), "CMR_TEMP": str(temporary)}
    done = support.cmr("check", path, **environment)
    assert (done.returncode, "dim_subjects failed" in done.stderr) == (1, True), done.stderr
    assert_no_canary(done.stdout, done.stderr, broken_project)
    assert list(temporary.glob("*")) == []
    done = support.cmr("check", path, "--debug", **environment)
    assert "which may quote the extract" in done.stderr
    [log] = temporary.iterdir()
    assert (log.name, log.stat().st_mode & 0o777) == ("check.debug.log", 0o600)


def test_a_plain_dbt_build_keeps_no_log_and_no_messages(tmp_path: Path, broken_project: Path) -> None:
    path = extract(tmp_path)
    (broken_project / "data").mkdir()
    done = subprocess.run(
        [
            *without_network(), sys.executable, "-m", "dbt.cli.main", "build", "--select", "+dim_subjects",
            "--vars", f'{{"extracts": ["{path}"]}}', "--indirect-selection", "empty", "--exclude-resource-type", "unit_test",
        ],
        cwd=broken_project,
        capture_output=True,
        text=True,
        env=os.environ
        | {"CMR_WAREHOUSE": "data/warehouse.duckdb", "CMR_TEMP": "data/tmp", "DBT_PROFILES_DIR": str(broken_project)},
    )  # fmt: skip
    # What the engine says is shown to whoever sits at the terminal, and nowhere else.
    assert (done.returncode, "Could not convert" in done.stdout) == (1, True), done.stdout
    assert_no_canary(*(item for item in broken_project.iterdir() if item.name != "data"))
    assert_no_canary(*(item for item in (broken_project / "data").iterdir() if item.suffix != ".duckdb"))
    assert not (broken_project / ".user.yml").exists()


def test_settings_of_dbt_and_duckdb() -> None:
    settings = yaml.safe_load((project.root() / "dbt_project.yml").read_text())
    flags = settings["flags"]
    assert flags["send_anonymous_usage_stats"] is False
    assert (flags["log_level_file"], flags["write_json"]) == ("none", False)
    profile = yaml.safe_load((project.root() / "profiles.yml").read_text())
    options = profile["clear_my_record"]["outputs"]["local"]["config_options"]
    assert options["autoinstall_known_extensions"] is options["autoload_known_extensions"] is False
    for path in [*(project.root() / "models").rglob("*"), *(project.root() / "tests").rglob("*.yml")]:
        if path.suffix in (".yml", ".sql"):
            assert "store_failures" not in path.read_text(), f"{path}: failing rows would be kept"


def test_every_connection_is_offline(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    with warehouse.connect(tmp_path / "warehouse.duckdb") as con:
        for setting in project.OFFLINE:
            assert con.execute("select current_setting(?)", [setting]).fetchone() == (False,)
        with pytest.raises(duckdb.Error):
            con.execute("load httpfs")
    for path in (project.root() / "scripts" / "cmr").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "duckdb.connect":
                config = [ast.unparse(word.value) for word in node.keywords if word.arg == "config"]
                assert config and "OFFLINE" in config[0], (
                    f"{path}:{node.lineno}: give it config=project.OFFLINE"
                )
