"""The raw layer that a run reads while dbt starts is the one that `dbt build` makes."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

import support
from cmr import project
from cmr.build import early_reading, parsed_project, runner, warehouse

CLEAN = support.text([support.line(), support.line({"SUBJECT_ID": "1002", "PRI_NAME": "Ã‰,\u00e9"})])
BROKEN_FIELD = support.text([support.line({"COMMENT_TEXT": "two\nlines"})], header=False)
FILES = {
    "every line is a record": [CLEAN.encode()],
    "no header": [CLEAN.partition("\n")[2].encode()],
    "two encodings": [CLEAN.encode(), support.text([support.line({"PRI_NAME": "\u00d1"})]).encode("latin-1")],
    "some line is none": [
        CLEAN.encode() + b"1,2,3\n\n" + BROKEN_FIELD.encode() + b'an "open quote\n',
        CLEAN.encode() + b"\n",
    ],
    "a comma too many on every line": [CLEAN.replace("\n", ",\n").encode(), CLEAN.encode()],
    "some line is no text": [CLEAN.encode() + b"\xff\xfe" + BROKEN_FIELD.replace("\n", "").encode() + b"\n"],
}


def rows(con: duckdb.DuckDBPyConnection, model: str) -> list[tuple[Any, ...]]:
    """What a table holds; with its order where that means something."""
    in_order = model in ("raw_extract_lines", early_reading.FIELDS)
    return con.execute(f"select {'rowid, ' * in_order}* from {model} order by all").fetchall()


@pytest.mark.parametrize("keep_texts", [True, False], ids=["texts", "no texts"])
@pytest.mark.parametrize("contents", FILES.values(), ids=FILES.keys())
def test_a_run_reads_as_dbt_does(
    tmp_path: Path, contents: list[bytes], keep_texts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = []
    folder = tmp_path / "COMMENT_TEXT=5"
    folder.mkdir()
    for number, content in enumerate(contents):
        # An entry that is a mapping names its file: it is no pattern, as which it would be the other one.
        path = folder / f"it's [{number}]?.gz"
        path.write_bytes(content)
        (folder / f"it's {number}!.gz").write_text("another\n")
        encoding = "latin-1" if b"\xd1" in content else "utf-8"
        files.append({"path": str(path), "name": path.name, "encoding": encoding})
    monkeypatch.setenv("CMR_TEMP", str(tmp_path / "tmp"))
    for name in ("run", "dbt"):
        (tmp_path / name).mkdir()
    with warehouse.connect(tmp_path / "run" / "warehouse.duckdb") as con:
        begun = early_reading.Reading(con, files, keep_texts)
        begun.wait()
        begun.stop()
        read = {model: rows(con, model) for model in (*early_reading.MODELS, early_reading.REJECTS)}
    path = tmp_path / "dbt" / "warehouse.duckdb"
    monkeypatch.setenv("CMR_WAREHOUSE", str(path))
    command = ["build", "--vars", json.dumps({"extracts": files}), "--indirect-selection", "empty"]
    command += ["--select", "doj_extract_columns", *early_reading.MODELS]
    runner.check(runner.invoke(command, path.parent, parsed_project.load_manifest(path.parent)))
    with warehouse.connect(path) as con:
        built = {model: rows(con, model) for model in (*early_reading.MODELS, early_reading.REJECTS)}
    if not keep_texts and not built["raw_odd_lines"] and not built[early_reading.REJECTS]:
        # What is not written from is left out of these, and of nothing else.
        for model in ("raw_extract_lines", "raw_extract_records"):
            texts = {row[-1] for row in read[model]} - {row[-1] for row in built[model]}
            assert texts == {"\n"}
            built[model] = [row[:-1] for row in built[model]]
            read[model] = [row[:-1] for row in read[model]]
    assert read == built
    assert len(built["raw_doj__extract"]) >= 2


def test_the_files_of_a_pattern_are_read_by_their_names(tmp_path: Path) -> None:
    for name, subject in (("ext[1].csv", "1001"), ("ext1.csv", "1002"), ("ext*.csv", "1003")):
        support.extract(tmp_path, [{"SUBJECT_ID": subject}] * int(subject[-1]), name=name, header=False)
    command = ["build", "--vars", json.dumps({"extracts": [f"{tmp_path}/ext*.csv"]}), "--select"]
    command += ["doj_extract_columns", *early_reading.MODELS, "--indirect-selection", "empty"]
    path = tmp_path / "warehouse.duckdb"
    with runner.environment(**runner.places(path)):
        runner.check(runner.invoke(command, tmp_path, parsed_project.load_manifest(tmp_path)))
    with warehouse.connect(path) as con:
        found = con.execute("select file_name, lines from raw_extract_files order by file_id").fetchall()
        people = con.execute("select distinct subject_id from raw_doj__extract order by 1").fetchall()
    assert found == [("ext*.csv", 3), ("ext1.csv", 2), ("ext[1].csv", 1)]
    assert people == [("1001",), ("1002",), ("1003",)]


def test_the_columns_that_are_carried_are_columns_of_the_extract() -> None:
    carried = project.carried_columns()
    assert len(set(carried)) == len(carried) == 26
    assert set(carried) < set(project.extract_columns())
