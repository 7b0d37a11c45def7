"""The same run gives the same bytes, and a run's folder can be checked for changes later."""

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

import support
from cmr import project

# The bytes of these differ when a run is made again; the manifest has a hash of what does not.
VOLATILE = {"manifest.json", "summary.json", "warehouse.duckdb"}


def manifest(run: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((run / "manifest.json").read_text())
    return read


def files(run: Path) -> dict[str, bytes]:
    return {path.relative_to(run).as_posix(): path.read_bytes() for path in run.rglob("*") if path.is_file()}


# Repeatability


@pytest.mark.parametrize(
    "environment",
    [
        # The two time zones are 26 hours apart: it is never the same day in both.
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "CMR_THREADS": "1", "CMR_MEMORY_LIMIT": "1GB"},
        pytest.param(
            {"TZ": "Etc/GMT+12", "LC_ALL": "C.UTF-8", "CMR_THREADS": "7", "PYTHONHASHSEED": "7"},
            marks=pytest.mark.long,
        ),
    ],
)
def test_the_same_run_gives_the_same_bytes(
    sample_run: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    sample = project.root() / "samples" / "doj_extract.csv"
    copy = tmp_path / "elsewhere" / "doj_extract.csv"
    copy.parent.mkdir()
    shutil.copyfile(sample, copy)
    words = ("--county", "SACRAMENTO", "--as-of", "2020-07-01", "--out", tmp_path / "out")
    done = support.cmr("run", copy, *words, **environment)
    assert done.returncode in (0, 3), done.stderr
    before, now = files(sample_run), files(tmp_path / "out")
    assert before.keys() == now.keys()
    assert [name for name in before if before[name] != now[name] and name not in VOLATILE] == []
    first, second = manifest(sample_run), manifest(tmp_path / "out")
    tables = [
        next(entry["tables"] for entry in run["outputs"] if entry["name"] == "warehouse.duckdb")
        for run in (first, second)
    ]
    assert [name for name in tables[0] if tables[0][name] != tables[1].get(name)] == []
    assert first["content_sha256"] == second["content_sha256"]
    for of_the_machine in ("started_at", "seconds", "outputs"):
        first.pop(of_the_machine), second.pop(of_the_machine)
    assert first == second


@pytest.mark.long
def test_a_million_lines_in_one_gibibyte_give_the_same_bytes(tmp_path: Path) -> None:
    extract = tmp_path / "extract.csv"
    options = ("--county", "SACRAMENTO", "--seed", "7")
    done = support.cmr("generate", "--lines", "1000000", *options, "--out", extract)
    assert done.returncode == 0, done.stderr
    outputs = []
    for limit in ("3GB", "1GiB"):
        out = tmp_path / limit
        words = ("run", extract, "--county", "SACRAMENTO", "--as-of", "2020-07-01", "--out", out)
        done = support.cmr(*words, CMR_MEMORY_LIMIT=limit)
        assert done.returncode in (0, 3), done.stderr
        outputs.append({file["name"]: file for file in manifest(out)["outputs"]})
    for name, file in outputs[0].items():
        hashed = "content_sha256" if name in VOLATILE else "sha256"
        assert file[hashed] == outputs[1][name][hashed], name


def test_another_as_of_date_gives_another_hash(sample_run: Path, odd_run: Path) -> None:
    assert manifest(sample_run)["content_sha256"] != manifest(odd_run)["content_sha256"]


@pytest.mark.parametrize("folder", ["models", "macros"])
def test_no_sql_reads_the_clock_or_draws_lots(folder: str) -> None:
    words = ("current_date", "current_timestamp", "now(", "today(", "random(", "uuid(", "run_started_at")
    for path in sorted((project.root() / folder).rglob("*.sql")):
        text = path.read_text().lower()
        assert [word for word in words if word in text] == [], path


# cmr verify


def test_a_run_is_as_it_was_written(sample_run: Path) -> None:
    assert {entry["name"] for entry in manifest(sample_run)["outputs"]} == set(files(sample_run)) - {
        "manifest.json"
    }
    done = support.cmr("verify", sample_run)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 differences" in done.stdout


def test_what_was_changed_is_named(sample_run: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(sample_run, run)
    with (run / "Prop64_Results.csv").open("a") as file:
        file.write("one more\n")
    (run / "Set_Aside.csv").unlink()
    (run / "notes.txt").write_text("mine")
    with duckdb.connect(str(run / "warehouse.duckdb")) as con:
        con.execute(
            "update fct_decisions set determination = 'Not eligible' where policy = 'county_criteria'"
        )
    done = support.cmr("verify", run, COLUMNS="200")
    assert done.returncode == 1
    lines = {words[1]: words[3:-1] for line in done.stdout.splitlines() if len(words := line.split()) > 4}
    assert lines["Prop64_Results.csv"] == ["changed:", "+9", "bytes"]
    assert lines["Set_Aside.csv"] == ["missing"]
    assert lines["notes.txt"] == ["not", "of", "this", "run"]
    assert lines["warehouse.duckdb"] == ["changed:", "fct_decisions"]
    assert "4 differences" in done.stdout


def test_a_warehouse_that_was_only_opened_for_writing(sample_run: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(sample_run, run)
    with duckdb.connect(str(run / "warehouse.duckdb")) as con:
        con.execute("create table t (n int)")
        con.execute("drop table t")
    done = support.cmr("verify", run, COLUMNS="200")
    assert done.returncode == 1
    assert "its bytes only" in done.stdout


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    done = support.cmr("verify", tmp_path)
    assert done.returncode == 2
    assert "no folder of a run" in done.stderr
    (tmp_path / "manifest.json").write_text("[")
    assert support.cmr("verify", tmp_path).returncode == 2
