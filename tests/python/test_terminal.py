"""Any terminal will do, and any file name or number can be given."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

import support
from cmr import cli, terminal
from cmr.commands import compare

ASCII = {"PYTHONIOENCODING": "ascii"}
LATIN = {"PYTHONIOENCODING": "latin-1"}
C = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": ""}
# It begins with a dash, and not even Latin-1 has its last letter.
NAME = "-peña_Ł"


def called(
    folder: Path, *words: object, status: int = 0, environment: Mapping[str, str] = ASCII
) -> tuple[bytes, str]:
    """What a command writes to stdout and stderr: never a traceback."""
    command = [sys.executable, "-m", "cmr", *map(str, words)]
    done = subprocess.run(command, capture_output=True, cwd=folder, env=os.environ | environment)
    errors = done.stderr.decode("latin-1")
    assert done.returncode == status, errors
    assert "Traceback" not in errors and "unexpected" not in errors
    return done.stdout, errors


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an extract, a criteria file and a run, all of odd names."""

    def make(folder: Path) -> None:
        support.extract(folder, [{"PRI_NAME": "PEÑA,ŁUKASZ"}], name=f"{NAME}.csv")
        (folder / f"{NAME}.json").write_text(json.dumps(support.UNDER_21))
        words = ["--criteria", f"{NAME}.json", "--papers", "cases", "--out", NAME]
        out, _ = called(
            folder, "run", f"{NAME}.csv", "--county", "SACRAMENTO", "--as-of", "2020-07-01", *words
        )
        assert rf"{folder}/-pe\xf1a_\u0141" in out.decode("ascii")

    return support.made_once(tmp_path_factory, "odd_names", make)


@pytest.mark.parametrize("environment", [ASCII, LATIN, C], ids=["ascii", "latin-1", "C"])
def test_what_a_terminal_cannot_show_is_shown_by_its_number(made: Path, environment: dict[str, str]) -> None:
    warehouse = made / "link.duckdb"  # in an ASCII locale no other name could be given
    if not warehouse.exists():
        warehouse.symlink_to(made / NAME / "warehouse.duckdb")
    out, _ = called(made, "explain", "1001", "--run", warehouse, "--with-names", environment=environment)
    names = {"latin-1": r"PEÑA,\u0141UKASZ", "ascii": r"PE\xd1A,\u0141UKASZ"}
    encoding = "latin-1" if environment is LATIN else "ascii"
    text = out.decode(encoding)
    assert names[encoding] in text
    assert "=> " in text and "+-" in text


@pytest.mark.parametrize(
    ("words", "status", "shown"),
    [
        (["check", f"{NAME}.csv", "--as-of", "2020-07-01"], 0, r"-pe\xf1a_\u0141.csv"),
        (
            ["compare", f"{NAME}.json", "county_criteria", "--run", NAME],
            0,
            r"Criteria of -pe\xf1a_\u0141.json",
        ),
        (["diff", NAME, NAME], 0, "What differs between the runs: nothing"),
        (["verify", NAME], 0, "0 differences"),
        (["papers", NAME, "--out", f"{NAME}_papers"], 0, r"-pe\xf1a_\u0141_papers"),
        (["deidentify", f"{NAME}.csv", "--key", f"{NAME}.key", "--out", f"{NAME}_copy"], 0, r"\u0141_copy"),
        (["generate", "--lines", "9", "--county", "ALPINE", "--out", f"{NAME}_made"], 0, r"\u0141_made"),
        (["check", f"{NAME}_none.csv"], 2, r"-pe\xf1a_\u0141_none.csv: no such file"),
        (["run", "--help"], 0, "+- Options"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_every_command_in_ascii(made: Path, words: list[str], status: int, shown: str) -> None:
    out, errors = called(made, *words, status=status)
    assert shown in out.decode("ascii") + errors


def test_what_programs_and_browsers_read_is_in_utf_8(made: Path) -> None:
    explained = ["explain", "1001", "--run", NAME, "--with-names", "--format"]
    page, _ = called(made, *explained, "html", environment=LATIN)
    assert "PEÑA,ŁUKASZ" in page.decode("utf-8")
    found, _ = called(made, *explained, "json", environment=LATIN)
    assert json.loads(found)["people"][0]["name"] == "PEÑA,ŁUKASZ"


def test_csv_is_in_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", out)
    row = {"policy_a": NAME, "determination_a": "", "policy_b": "", "determination_b": "", "convictions": 1}
    county = {"county": "ALPINE", "impact": [], "decisions": [row]}
    compare.show_csv(compare.Comparison("2020-07-01", policies=[], counties=[county]))
    out.flush()
    assert f"ALPINE,convictions,{NAME},,,,1\n" in out.buffer.getvalue().decode("utf-8")


def test_a_file_that_no_encoding_has(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"outputs": []}')
    (tmp_path / os.fsdecode(b"pe\xff.csv")).touch()
    out, _ = called(tmp_path, "verify", tmp_path, status=1, environment={"PYTHONIOENCODING": "utf-8"})
    assert r"pe\udcff.csv" in out.decode()


# Words that begin with a dash


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        (["-123"], "-123"),
        (["-1"], "-1"),
        (["-A.1", "--format", "json"], "-A.1"),
        (["--format", "json", "-A-1"], "-A-1"),
        (["--", "-123"], "-123"),
        (["--format", "json", "--", "--help"], "--help"),
    ],
)
def test_a_subject_that_begins_with_a_dash(
    monkeypatch: pytest.MonkeyPatch, words: list[str], subject: str
) -> None:
    asked = []

    def explain(subject: str, **options: object) -> int:
        asked.append((subject, options["form"]))
        return 0

    monkeypatch.setattr("cmr.commands.explain.explain", explain)
    assert CliRunner().invoke(cli.app, ["explain", *words]).exit_code == 0
    assert asked == [(subject, "json" if "json" in words else "text")]


@pytest.mark.parametrize("words", [["--123"], ["-h"], ["1001", "--fromat", "json"]])
def test_an_option_that_does_not_exist_is_told_with_what_to_do(words: list[str]) -> None:
    done = CliRunner().invoke(cli.app, ["explain", *words])
    assert done.exit_code == 2
    message = " ".join(done.output.replace("│", " ").split())
    assert "No such option" in message and "after --, as in: cmr explain -- --12" in message


def test_help_tells_what_to_do_of_a_dash() -> None:
    done = CliRunner().invoke(cli.app, ["explain", "--help"])
    assert terminal.AFTER_DASHES in " ".join(done.output.split())
