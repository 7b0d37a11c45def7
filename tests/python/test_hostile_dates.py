"""Dates that no calendar or no program knows, in every field that holds a date: nothing ends in a crash, and no date
of a run is before 1900 or after 9999, which Python, or what people open, could not show."""

import csv
import json
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

import support
from cmr import project
from cmr.build import parsed_project, results, runner
from cmr.commands import explain
from cmr.commands.options import read_date
from cmr.errors import WrongCall
from cmr.pages import explanation
from cmr.terminal import in_json

# The day that is counted to: a usual one, the first and the last that can be.
USUAL, FIRST, LAST = DAYS = ("2020-07-01", "1900-01-01", "9999-12-31")
OF_PEOPLE = [name for name in project.extract_columns() if "DOB" in name]
OF_EVENTS = [name for name in project.extract_columns() if "DATE" in name]
# Digits, but not those of ASCII: Arabic-Indic and fullwidth ones.
OTHER_ZEROS = (0x660, 0xFF10)
DATES = [
    "00000000", "00000101", "00010101", "18991231", "19000101", "20000229", "20010000", "20010229", "20010230",
    "99991231", "99999999", "100000101", "-0010101", "-20010203", "2001-02-03", "02/03/2001", "2001020", " ", "NULL",
    "infinity", "epoch", *("".join(chr(zero + int(digit)) for digit in "20010203") for zero in OTHER_ZEROS),
]  # fmt: skip
# The parts of a sentence: length and unit.
SENTENCES = [
    [("9999", "Y")], [("9999", "Y")] * 3, [("9999", "M")] * 40, [("9999", "Y"), ("9999", "M"), ("9999", "D")],
]  # fmt: skip
CRITERIA = {
    "baselineEligibility": {"dismiss": ["11357", "11358"], "reduce": ["11359", "11360"]},
    "additionalRelief": {
        "subjectUnder21AtConviction": True,
        "subjectAgeThreshold": 57,
        "yearsSinceConvictionThreshold": 15,
        "yearsCrimeFreeThreshold": 15,
    },
}


def people() -> list[list[dict[str, str]]]:
    """The lines of each person, by the fields that differ from support.CONVICTION."""
    each_date = [
        dict.fromkeys(fields, text) for text in DATES for fields in (OF_PEOPLE, OF_PEOPLE + OF_EVENTS)
    ]
    found = [
        [row, row | {"CNT_ORDER": "002001001000", "OFFENSE_DESCR": "187 PC-MURDER"}] for row in each_date
    ]
    found += [
        [{field: text, "CNT_ORDER": f"{cycle:03}001001000"} for cycle, text in enumerate(DATES, 1)]
        for field in OF_EVENTS
    ]
    found += [
        [{"STP_EVENT_DATE": text, "SENT_LENGTH": length, "SENT_TIME_CODE": unit} for length, unit in parts]
        for parts in SENTENCES
        for text in ("19000101", "20010203", "99991231")
    ]
    for number, lines in enumerate(found, 1001):
        registered = {"STP_TYPE_DESCR": "REGISTRATION", "OFFENSE_DESCR": "290 PC-REGISTRATION"}
        lines.append(lines[0] | registered | {"CNT_ORDER": "099001001000"})
        for row in lines:
            row |= {"SUBJECT_ID": str(number), "CII_NUMBER": f"A{number}", "OFN": f"C-{number}"}
    return found


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the extract, the criteria, and a run for each day under its name, with papers and workbook."""

    def make(folder: Path) -> None:
        extract = support.extract(folder, [row for lines in people() for row in lines])
        criteria = folder / "criteria.json"
        criteria.write_text(json.dumps(CRITERIA), encoding="utf-8")
        for day in DAYS:
            words = ["--as-of", day, "--out", folder / day, "--criteria", criteria, "--papers", "omnibus"]
            done = support.cmr("run", extract, "--county", "SACRAMENTO", *words, "--notices", "--workbook")
            assert done.returncode in (0, 3), done.stderr

    return support.made_once(tmp_path_factory, "hostile_dates", make)


@pytest.fixture(params=DAYS)
def run(runs: Path, request: pytest.FixtureRequest) -> Path:
    return runs / str(request.param)


def test_every_date_of_a_run_is_one_that_all_can_show(run: Path) -> None:
    """In every table and view, whatever is added to them."""
    with duckdb.connect(str(run / "warehouse.duckdb"), read_only=True, config=project.OFFLINE) as con:
        columns = con.execute(
            "select table_name, column_name, data_type from duckdb_columns()"
            " where not internal and regexp_matches(data_type, 'DATE|TIME') order by all"
        ).fetchall()
        assert len(columns) > 10
        wrong = {}
        for table, column, kind in columns:
            assert kind == "DATE", f"{table}.{column}: how to look into a {kind}?"
            found = con.execute(
                f"""select count(*), min("{column}")::varchar, max("{column}")::varchar from "{table}" """
                f"""where "{column}" not between '1900-01-01' and '9999-12-31'"""
            ).fetchall()
            if found[0][0]:
                wrong[f"{table}.{column}"] = found
    assert wrong == {}


def test_every_date_in_a_file_is_of_the_calendar(run: Path) -> None:
    found = set()
    for path in run.glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            for line in csv.DictReader(file):
                for name in line.keys() - set(project.extract_columns()):
                    text = line[name]
                    if "date" in name.lower() and text:
                        day = datetime.strptime(text, "%Y-%m-%d" if text[4] == "-" else "%m/%d/%Y")
                        assert day.year >= 1900 and len(text) == 10, (path.name, name)
                        found.add((path.name, name))
    if run.name != FIRST:  # to which hardly a date is known
        assert {"All_Results.csv", "Court_Updates.csv", "Prop64_Results.csv"} <= {name for name, _ in found}


@pytest.mark.parametrize("day", [USUAL, LAST])
def test_every_person_is_explained(runs: Path, day: str, capsys: pytest.CaptureFixture[str]) -> None:
    with results.opened(runs / day / "warehouse.duckdb") as con:
        for subject in {lines[0]["SUBJECT_ID"] for lines in people()}:
            found = explain.explanation(con, subject, policy=None, with_names=False)
            explain.show(found)
            for text in (
                json.dumps(in_json(found)),
                explanation.page(found),
                capsys.readouterr().out,
            ):
                assert subject in text


def test_every_other_command_takes_such_runs(runs: Path, tmp_path: Path) -> None:
    extract, criteria = runs / "extract.csv", runs / "criteria.json"
    for words in (
        ["verify", runs / LAST],
        ["papers", runs / LAST, "--papers", "cases", "--notices", "--out", tmp_path / "papers"],
        [
            "compare",
            "county_criteria",
            "pilot_sacramento",
            criteria,
            "--run",
            runs / LAST,
            "--format",
            "json",
        ],
        ["diff", runs / FIRST, runs / LAST, "--format", "json"],
        ["explain", "1001", "--run", runs / LAST],
        ["export-marts", "--run", runs / LAST, "--out", tmp_path / "marts"],
        ["check", extract, "--as-of", LAST],
        ["deidentify", extract, "--as-of", LAST, "--key", tmp_path / "key", "--out", tmp_path / "copy.csv"],
    ):
        done = support.cmr(*words)
        assert done.returncode in (0, 3), (words[0], done.stderr[-300:])


@pytest.mark.parametrize(
    "text",
    ["0000-01-01", "0001-01-01", "1899-12-31", "10000-01-01", "-001-01-01", "2020-02-30", "20200701", "",
     "".join(chr(0xFF10 + int(digit)) if digit != "-" else digit for digit in USUAL)],
)  # fmt: skip
def test_an_as_of_date_that_nothing_can_be_counted_to_is_refused(text: str) -> None:
    with pytest.raises(WrongCall, match="--as-of"):
        read_date(text)


def test_the_first_and_the_last_as_of_date_are_taken() -> None:
    assert [read_date(day) for day in DAYS] == [date(2020, 7, 1), date(1900, 1, 1), date(9999, 12, 31)]


@pytest.mark.parametrize("text", ["0000-01-01", "1899-12-31", "1900-01-01"])
def test_dbt_alone_takes_no_as_of_date_before_1900_either(tmp_path: Path, text: str) -> None:
    (tmp_path / "tmp").mkdir()
    with runner.environment(CMR_WAREHOUSE=str(tmp_path / "warehouse.duckdb"), CMR_TEMP=str(tmp_path / "tmp")):
        command = ["compile", "--vars", json.dumps({"as_of_date": text}), "--select", "run_settings"]
        result = runner.invoke(command, tmp_path, parsed_project.load_manifest(tmp_path))
    assert result.success == (text == FIRST)
    assert result.success or "CMR: as_of_date must be a date" in str(result.exception)
