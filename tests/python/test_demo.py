"""`make demo` has something to show in every file, and says what each file is for."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import support


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of the demo's results, made in a copy of the project, and what it printed."""
    copy = support.copy_of_the_project(tmp_path_factory.mktemp("demo"))
    # -o: the copy has no environment of its own and is not to make one.
    command = ["make", "-o", ".venv/.installed", "demo", f"BIN={Path(sys.executable).parent}"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    environment["CMR_PROJECT"] = str(copy)
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return copy / "demo_output", done.stdout


def test_it_says_of_every_file_what_it_is_for(demo: tuple[Path, str]) -> None:
    folder, printed = demo
    described = set(re.findall(r"(?m)^demo_output/(\S+?)/? +\w.{10,100}$", printed))
    assert described == {path.name for path in folder.iterdir()}


def test_no_list_is_empty(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    assert [path.name for path in folder.glob("*.csv") if not support.lines_of(path)] == []


def test_the_public_report_shows_groups_of_every_kind(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    shown = {row["dimension"] for row in support.lines_of(folder / "public_summary.csv") if row["people"]}
    assert shown == {"everyone", "race or ethnicity", "sex", "age"}
    assert "too small to be shown" not in (folder / "Public_Report.html").read_text(encoding="utf-8")


def test_the_report_has_every_determination_of_the_criteria(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    decided = {row["Eligibility Determination"] for row in support.lines_of(folder / "Prop64_Results.csv")}
    assert decided == {"Eligible for Dismissal", "Eligible for Reduction", "Hand Review"}
