"""The criteria file of a county, and the names of policies."""

import json
from pathlib import Path
from typing import Any

import pytest

from cmr.errors import WrongCall
from cmr.law import criteria

COMPLETE = {
    "baselineEligibility": {"dismiss": ["11357", "11358"], "reduce": ["11359", "11360"]},
    "additionalRelief": {
        "subjectUnder21AtConviction": True,
        "subjectAgeThreshold": 57,
        "yearsSinceConvictionThreshold": 10,
        "yearsCrimeFreeThreshold": 5,
        "subjectHasOnlyProp64Charges": True,
        "subjectIsDeceased": True,
    },
}


def read(folder: Path, content: Any) -> dict[str, bool | int]:
    path = folder / "criteria.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return criteria.read_file(path)


def refusal(folder: Path, content: Any) -> str:
    with pytest.raises(WrongCall) as caught:
        read(folder, content)
    return caught.value.message.removeprefix(f"{folder / 'criteria.json'}: ")


def test_a_complete_file(tmp_path: Path) -> None:
    assert read(tmp_path, COMPLETE) == {
        "dismiss_11357": True,
        "dismiss_11358": True,
        "dismiss_11359": False,
        "dismiss_11360": False,
        "reduce_11357": False,
        "reduce_11358": False,
        "reduce_11359": True,
        "reduce_11360": True,
        "subject_under_21_at_conviction": True,
        "subject_age_threshold": 57,
        "years_since_conviction_threshold": 10,
        "years_crime_free_threshold": 5,
        "subject_has_only_prop64_charges": True,
        "subject_is_deceased": True,
    }


def test_what_is_not_there_is_off(tmp_path: Path) -> None:
    values = read(tmp_path, {"baselineEligibility": {"dismiss": ["11357"]}})
    assert [name for name, value in values.items() if value] == ["dismiss_11357"]
    assert [type(value) for value in values.values()].count(int) == 3


def test_the_hash_does_not_depend_on_layout(tmp_path: Path) -> None:
    turned = dict(reversed(COMPLETE.items()))
    assert criteria.digest(read(tmp_path, json.dumps(turned, indent=4))) == criteria.digest(
        read(tmp_path, COMPLETE)
    )
    assert read(tmp_path, "\ufeff" + json.dumps(COMPLETE)) == read(tmp_path, COMPLETE)
    assert read(tmp_path, json.dumps(COMPLETE).replace(": 57", ": 57.0")) == read(tmp_path, COMPLETE)


@pytest.mark.parametrize("value", [0, 40, 65])
def test_ages_in_range(tmp_path: Path, value: int) -> None:
    relief = {"subjectAgeThreshold": value}
    values = read(tmp_path, {"baselineEligibility": {}, "additionalRelief": relief})
    assert values["subject_age_threshold"] == value


@pytest.mark.parametrize(
    ("key", "value", "found", "expected"),
    [
        ("subjectAgeThreshold", 39, "39", "0 (off) or a whole number from 40 to 65"),
        ("subjectAgeThreshold", 66, "66", "0 (off) or a whole number from 40 to 65"),
        ("subjectAgeThreshold", True, "true", "0 (off) or a whole number from 40 to 65"),
        ("subjectAgeThreshold", 57.5, "57.5", "0 (off) or a whole number from 40 to 65"),
        ("subjectAgeThreshold", "57", '"57"', "0 (off) or a whole number from 40 to 65"),
        ("yearsSinceConvictionThreshold", 16, "16", "0 (off) or a whole number from 1 to 15"),
        ("yearsCrimeFreeThreshold", -1, "-1", "0 (off) or a whole number from 1 to 15"),
        ("yearsCrimeFreeThreshold", None, "null", "0 (off) or a whole number from 1 to 15"),
        ("subjectIsDeceased", 1, "1", "true or false"),
        ("subjectUnder21AtConviction", "yes", '"yes"', "true or false"),
    ],
)
def test_values_out_of_range(tmp_path: Path, key: str, value: Any, found: str, expected: str) -> None:
    message = refusal(tmp_path, {"baselineEligibility": {}, "additionalRelief": {key: value}})
    assert message == f"additionalRelief.{key}: {found} found; must be {expected}"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "[] found; must be an object with baselineEligibility and, if wished, additionalRelief"),
        ({}, "baselineEligibility is missing"),
        (
            {"baselineEligibility": {"dismis": []}},
            'baselineEligibility: unknown key "dismis"; did you mean dismiss?',
        ),
        (
            {**COMPLETE, "zzz": 1},
            'unknown key "zzz"; known are baselineEligibility, additionalRelief',
        ),
        (
            {"baselineEligibility": {"dismiss": ["11361"]}},
            'baselineEligibility.dismiss: "11361" found; must be "11357", "11358", "11359" or "11360"',
        ),
        (
            {"baselineEligibility": {"dismiss": ["11357", "11357"]}},
            'baselineEligibility.dismiss: ["11357", "11357"] found; must be a list of sections, each once',
        ),
        (
            {"baselineEligibility": {"dismiss": ["11357"], "reduce": ["11357"]}},
            "baselineEligibility: 11357 stands in both dismiss and reduce",
        ),
        ("{'a': 1}", "line 1, column 2: not JSON: "),
        ("", "line 1, column 1: not JSON: "),
        ('{"a": 1, "a": 2}', 'the key "a" stands there twice'),
        ('{"a": NaN}', "NaN is no JSON value"),
        ("[" * 100_000, "not a criteria file: a value in it is too large or nested too deeply"),
        (
            '{"a": ' + "9" * 10_000 + "}",
            "not a criteria file: a value in it is too large or nested too deeply",
        ),
        (" " * (1 << 20) + "{}", "too large for a criteria file (more than 1 MiB)"),
    ],
)
def test_files_that_are_refused(tmp_path: Path, content: Any, message: str) -> None:
    assert refusal(tmp_path, content).startswith(message)


def test_hostile_nesting_inside_a_list_ends_in_a_message(tmp_path: Path) -> None:
    nested = '{"baselineEligibility": {"dismiss": ' + "[" * 900 + "]" * 900 + "}}"
    assert "baselineEligibility.dismiss" in refusal(tmp_path, nested) or "nested" in refusal(tmp_path, nested)


def test_a_long_value_is_cut(tmp_path: Path) -> None:
    assert len(refusal(tmp_path, {"baselineEligibility": "x" * 10_000})) < 200


def test_not_text(tmp_path: Path) -> None:
    (tmp_path / "criteria.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(WrongCall, match="not UTF-8"):
        criteria.read_file(tmp_path / "criteria.json")


def test_a_policy_or_a_file_or_neither(tmp_path: Path) -> None:
    assert criteria.read(None) == criteria.Criteria("county_criteria")
    assert criteria.read("dismiss_all_prop64") == criteria.Criteria("dismiss_all_prop64")
    path = tmp_path / "criteria.json"
    path.write_text(json.dumps(COMPLETE))
    assert criteria.read(str(path)).file == path
    with pytest.raises(WrongCall, match="did you mean dismiss_all_prop64"):
        criteria.read("dismiss_all_prop_64")
    with pytest.raises(WrongCall, match="no such criteria file"):
        criteria.read(str(tmp_path / "other.json"))
