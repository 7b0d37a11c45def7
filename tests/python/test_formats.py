"""What a command shows as JSON is as its schema says, and every command that shows something can show JSON."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

import support
from cmr import cli, project

# Commands that write one file and say no more than where it is.
WITHOUT_RESULTS = {"docs", "generate"}


def shown(*words: object, status: int) -> dict[str, Any]:
    """What a command shows with --format json, checked against its schema; `words` begin with its name."""
    done = support.cmr(*words, "--format", "json")
    assert done.returncode == status, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    validate(str(words[0]), found)
    return found


def validate(command: str, found: dict[str, Any]) -> None:
    """Raises an error for the first field that is not as the schema says."""
    schema = project.schema(command.replace("-", "_"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(found, schema, jsonschema.Draft202012Validator)


def formats() -> dict[str, bool]:
    """The commands, and whether each has the option --format with text and json."""
    names = [
        command.name or command.callback.__name__
        for command in cli.app.registered_commands
        if command.callback
    ]
    helps = {name: " ".join(CliRunner().invoke(cli.app, [name, "--help"]).output.split()) for name in names}
    return {name: bool(re.search(r"--format <text\|\S*json", help)) for name, help in helps.items()}


def test_every_command_that_shows_results_shows_them_as_json_too() -> None:
    has_json = formats()
    assert {name for name in has_json if not has_json[name]} == WITHOUT_RESULTS
    for name in set(has_json) - WITHOUT_RESULTS:
        assert project.schema(name.replace("-", "_"))["title"] == f"cmr {name} --format json"


def test_every_field_of_a_schema_is_required_and_no_other_is_allowed() -> None:
    """Otherwise an output that lacks a field, or has one that nobody describes, would pass."""

    def open_objects(rules: Any, place: str) -> list[str]:
        found = []
        if isinstance(rules, dict):
            if "properties" in rules and (
                rules.get("additionalProperties") is not False
                or set(rules["required"]) != set(rules["properties"])
            ):
                found.append(place)
            for key, value in rules.items():
                found += open_objects(value, f"{place}.{key}")
        if isinstance(rules, list):
            for value in rules:
                found += open_objects(value, place)
        return found

    for name in set(formats()) - WITHOUT_RESULTS - {"explain"}:  # a name is in an explanation on request only
        assert open_objects(project.schema(name.replace("-", "_")), name) == []


def test_a_run_and_a_check(odd_extract: Path, tmp_path: Path) -> None:
    of_sacramento = ("--county", "SACRAMENTO", "--as-of", "2020-07-01")
    found = shown("run", odd_extract, *of_sacramento, "--out", tmp_path / "out", status=3)
    assert found["folder"] == str(tmp_path / "out")
    lines = support.lines_of(tmp_path / "out" / "Set_Aside.csv")
    assert found["lines_set_aside"] == len(lines) > 0
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert found["headline"]["input_lines"] == summary["lineCount"]
    empty = tmp_path / "empty.csv"
    empty.touch()
    checked = shown("check", odd_extract, *of_sacramento, status=3)
    assert checked["findings"]["lines_set_aside"] == len(lines)
    assert [file["name"] for file in checked["files"]] == [odd_extract.name]
    refused = shown("check", empty, status=2)
    assert (refused["files"], refused["findings"], len(refused["refused"])) == ([], None, 1)


def test_a_run_that_is_verified_and_compared_with_another(
    sample_run: Path, odd_run: Path, tmp_path: Path
) -> None:
    assert shown("verify", sample_run, status=0)["differences"] == []
    copy = tmp_path / "copy"
    shutil.copytree(sample_run, copy)
    (copy / "summary.json").write_text("{}", encoding="utf-8")
    [difference] = shown("verify", copy, status=1)["differences"]
    assert difference["file"] == "summary.json"
    found = shown("diff", sample_run, odd_run, status=0)
    assert found["differs"]["input"] and {row["change"] for row in found["convictions"]} == {
        "only in A",
        "only in B",
    }
    assert shown("diff", odd_run, odd_run, status=0)["convictions"] == []
    policies = ("dismiss_all_prop64", "county_criteria")
    assert shown("compare", *policies, "--run", odd_run, status=0)["policies"][0]["policy"] == policies[0]
    assert shown("explain", "1001", "--run", odd_run, status=0)["people"]


def test_what_commands_write_from_a_run_or_an_extract(
    odd_run: Path, odd_extract: Path, tmp_path: Path
) -> None:
    papers = shown("papers", odd_run, "--papers", "omnibus", "--out", tmp_path / "papers", status=0)
    assert papers == {"format_version": 1, "folder": str(tmp_path / "papers"), "remarks": []}
    marts = shown("export-marts", "--run", odd_run, "--out", tmp_path / "marts", status=0)
    assert set(marts["rows"]) == {path.name for path in (tmp_path / "marts").glob("research_*")}
    copy = ("--key", tmp_path / "key", "--as-of", "2020-07-01", "--out", tmp_path / "copy.csv")
    assert shown("deidentify", odd_extract, *copy, status=3)["unread_lines"] == {odd_extract.name: 1}


def test_an_earlier_name_of_a_format(odd_run: Path) -> None:
    policies = ("compare", "dismiss_all_prop64", "county_criteria", "--run", odd_run)
    shows = [support.cmr(*policies, "--format", form).stdout for form in ("text", "table")]
    assert shows[0] == shows[1] != ""


@pytest.mark.parametrize("command", ["run", "verify"])
def test_an_output_that_lacks_a_field_breaks_its_schema(command: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        validate(command, {"format_version": 1})
