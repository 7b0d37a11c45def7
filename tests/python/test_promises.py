"""Every promise of README.md and SECURITY.md names a test that keeps it, and the test is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from cmr import project

TESTS = Path(__file__).parent
PAGES = ["README.md", "SECURITY.md"]
NAMED = re.compile(r"`(?:(test_\w+\.py)(?:::)?)?(test_\w+)?`(?: \((long)\))?")


@cache
def written_in(file: str) -> dict[str, bool]:
    """The tests of a file, and whether each is left to make test-long."""
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return {
        node.name: any(ast.unparse(one).endswith("mark.long") for one in node.decorator_list)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def promises(page: str) -> list[tuple[str, str]]:
    """The rows of a page's table of promises: what is promised, and by what it is kept."""
    [table] = re.findall(r"(?m)^\| promise \| kept by \|\n\|[-|]+\|\n((?:\|.*\|\n)+)", page)
    return [(row[0].strip(), row[1].strip()) for row in re.findall(r"(?m)^\|(.*?)\|(.*)\|$", table)]


def faults(kept_by: str) -> list[str]:
    """What is wrong with the tests that a row names; a test without a file is of the file named last."""
    file, named, wrong = "", 0, []
    for of_file, test, long in NAMED.findall(kept_by):
        file = of_file or file
        if not (of_file or test):
            continue
        named += 1
        if not (TESTS / file).is_file() or not file:
            wrong.append(f"{file}: no such file")
        elif test and test not in written_in(file):
            wrong.append(f"{file}::{test}: no such test")
        elif test and written_in(file)[test] != bool(long):
            wrong.append(f"{file}::{test}: long in one place, and not in the other")
    return wrong if named else ["no test is named"]


@pytest.mark.parametrize("name", PAGES)
def test_every_promise_names_a_test_that_is_there(name: str) -> None:
    rows = promises((project.root() / name).read_text(encoding="utf-8"))
    assert rows
    assert {promise: wrong for promise, kept_by in rows if (wrong := faults(kept_by))} == {}


def test_a_promise_without_a_test_is_found() -> None:
    here = Path(__file__).name
    there = "test_every_promise_names_a_test_that_is_there"
    assert faults(f"`{here}::{there}`: in full, `{there}`, the guards in `tests/guards`, `{here}` too") == []
    for kept_by in (
        "the same",
        "`tests/guards`",
        f"`{there}`",
        f"`{here}::test_of_nothing`",
        f"`{here}::{there}`, `test_of_nothing`",
        f"`{here}::{there}` (long)",
        "`test_nothing.py`",
    ):
        assert len(faults(kept_by)) == 1, kept_by
