"""The worked questions compile, run on an export as researchers run them, and agree with the run's own numbers."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

import support
from cmr import project
from test_marts import exported, opened

ANALYSES = sorted((project.root() / "analyses").glob("*.sql"))
# Lists nothing where nothing is missing, or nothing is left to dismiss.
MAY_BE_EMPTY = {"what_each_missing_fact_costs", "what_one_more_option_would_do"}


@pytest.fixture(scope="module")
def export(sample_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(sample_run, tmp_path_factory.mktemp("analyses") / "export")


@pytest.fixture
def con(export: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(export) as con:
        yield con


def answer(con: duckdb.DuckDBPyConnection, export: Path, name: str) -> list[dict[str, object]]:
    rows = con.execute((export / "analyses" / f"{name}.sql").read_text(encoding="utf-8"))
    names = [column for column, *_ in rows.description]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def test_there_are_at_least_eight() -> None:
    assert len(ANALYSES) >= 8


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda path: path.stem)
def test_an_analysis_says_what_it_asks_how_to_read_it_and_what_to_beware_of(analysis: Path) -> None:
    comment = [line for line in analysis.read_text(encoding="utf-8").splitlines() if line.startswith("--")]
    for label in ("Question", "Reading", "Caveat"):
        assert any(line.startswith(f"-- {label}: ") for line in comment), label


def test_the_docs_ask_the_same_questions() -> None:
    described = yaml.safe_load((project.root() / "analyses" / "_analyses.yml").read_text(encoding="utf-8"))
    questions = {}
    for path in ANALYSES:
        text = " ".join(line.removeprefix("-- ") for line in path.read_text(encoding="utf-8").splitlines())
        questions[path.stem] = text.partition("Question: ")[2].partition(" Reading: ")[0].lower()
    assert {one["name"]: one["description"].strip().lower() for one in described["analyses"]} == questions


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda path: path.stem)
def test_an_analysis_runs_on_an_export(con: duckdb.DuckDBPyConnection, export: Path, analysis: Path) -> None:
    rows = answer(con, export, analysis.stem)
    assert rows or analysis.stem in MAY_BE_EMPTY


def test_who_is_fully_cleared_adds_up_to_the_summary(
    con: duckdb.DuckDBPyConnection, export: Path, sample_run: Path
) -> None:
    summary = json.loads((sample_run / "summary.json").read_text(encoding="utf-8"))
    relief = summary["reliefWithCurrentEligibilityChoices"]
    rows = answer(con, export, "who_is_fully_cleared_by_race")
    total = {
        name: sum(int(str(row[name])) for row in rows)
        for name in rows[0]
        if name.startswith(("no_", "with_"))
    }
    assert total == {
        "with_some_relief": summary["subjectsWithSomeReliefCount"],
        "no_felony_left": relief["CountSubjectsNoFelony"],
        "no_conviction_left": relief["CountSubjectsNoConviction"],
    }


@pytest.mark.long
def test_one_more_option_counts_what_the_option_would_dismiss(tmp_path: Path) -> None:
    """As of 2020-07-01, with everything reduced: each person shows one side of an option."""

    def person(number: int, born: str, convicted: str, **fields: str) -> dict[str, str]:
        return {"SUBJECT_ID": str(number), "PRI_DOB": born, "STP_EVENT_DATE": convicted} | fields

    extract = support.extract(
        tmp_path,
        [
            person(1, "19800101", "20001231"),  # 20 years old, 19 years ago
            person(2, "19800101", "20010101"),  # 21 on the day
            person(3, "19700701", "20160701"),  # 50 on the as-of date
            person(4, "19700702", "20160701"),  # 49
            person(5, "19750101", "20100701"),  # ten years ago to the day
            person(6, "19750101", "20100702"),
            person(7, "", "20190101"),
        ],
    )
    criteria = tmp_path / "criteria.json"
    sections = ["11357", "11358", "11359", "11360"]
    criteria.write_text(
        json.dumps({"baselineEligibility": {"dismiss": [], "reduce": sections}}), encoding="utf-8"
    )
    done = support.run(extract, tmp_path / "run", "--criteria", criteria)
    assert done.returncode == 0, done.stderr
    export = exported(tmp_path / "run", tmp_path / "export")
    with opened(export) as con:
        rows = answer(con, export, "what_one_more_option_would_do")
    found = {row["added_option"]: (row["not_dismissed_now"], row["would_be_dismissed"]) for row in rows}
    assert found == {
        "under 21 at conviction": (7, 1),
        "age 50 or over": (7, 1),
        "conviction 10 or more years ago": (7, 3),
        "no conviction in the past 5 years": (7, 4),
        "only Prop 64 convictions": (7, 7),
        "deceased": (7, 0),
    }
