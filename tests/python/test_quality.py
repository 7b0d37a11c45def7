"""What is said about the quality of extracts, by a run and before one."""

import re
from pathlib import Path

import duckdb

import support


def findings(run: Path, part: str) -> dict[tuple[str, str], tuple[int, int, int]]:
    with duckdb.connect(str(run / "warehouse.duckdb"), read_only=True) as con:
        rows = con.execute(
            "select field, finding, number, decisions_touched, decisions_that_could_change from data_quality"
            " where part = $part and number > 0",
            {"part": part},
        ).fetchall()
    return {(field, finding): tuple(numbers) for field, finding, *numbers in rows}


def test_findings_about_people_and_convictions(odd_run: Path) -> None:
    found = findings(odd_run, "history")
    # found, decisions touched, decisions that could change
    assert found == {
        ("ALL", "line that repeats another"): (1, 1, 1),
        ("CNT_ORDER", "lines of a person out of order"): (1, 2, 0),
        ("CONV_STAT_DESCR", "unknown level, in OFFENSE_TOC too"): (1, 1, 1),
        ("OFFENSE_DESCR", "offense text that names no statute"): (2, 1, 1),
        ("OFN", "no case number"): (1, 1, 0),
        ("PRI_DOB", "unknown date of birth"): (1, 1, 1),
        ("PRI_DOB", "values that differ within a person"): (1, 2, 2),
        ("SENT_LENGTH", "unknown end of the sentence"): (2, 2, 0),
        ("STP_EVENT_DATE", "unknown date of conviction"): (1, 1, 1),
        ("STP_ORI_CNTY_NAME", "unknown county"): (1, 0, 0),
    }


def test_findings_about_lines_values_and_texts(odd_run: Path) -> None:
    lines = findings(odd_run, "lines")
    assert lines["PRI_DOB", "date written as unknown"][0] == 1
    assert lines["STP_EVENT_DATE", "no date of the calendar"][0] == 1
    assert lines["SUBJECT_ID", "blank"][0] == 1
    with duckdb.connect(str(odd_run / "warehouse.duckdb"), read_only=True) as con:
        values = con.execute(
            "select field, value_as_written, number from data_quality where part in ('values', 'texts')"
            " order by all"
        ).fetchall()
    # A comment's text is never shown, nor what hardly anyone has in a coded field.
    assert values == [
        ("COMMENT_TEXT", None, 1),
        ("OFFENSE_DESCR", "DISTURBING", 1),
        ("STP_ORI_CNTY_NAME", None, 1),
    ]


def test_the_page_names_no_person_and_needs_no_other_file(odd_run: Path) -> None:
    page = (odd_run / "Data_Quality.html").read_text()
    for personal in ("DOE", "CANARY", "1001", "A1001", "19600314", "C-1"):
        assert personal not in page
    assert not re.search(r"<script|<link|src=|https?:", page)
    assert page.count("<h1>") == 1
    assert '<html lang="en">' in page
    assert "DISTURBING" in page


def test_check_says_the_same_before_a_run(odd_extract: Path) -> None:
    done = support.cmr("check", odd_extract, COLUMNS="200")
    assert done.returncode == 3, done.stderr
    said = re.sub(r"[│┃ ]+", " ", done.stdout)
    for words in (
        "not a record of 95 fields 1 lines",
        "SUBJECT_ID blank 1 lines",
        "CNT_ORDER fewer than 12 digits 1 lines",
        "STP_EVENT_DATE no date of the calendar 1 lines",
        "PRI_DOB date written as unknown 1 lines",
        "PRI_DOB values that differ within a person 1 people",
        "STP_ORI_CNTY_NAME value not in the known list: of fewer than five people 1 lines",
        "line that repeats another 1 lines",
        "CNT_ORDER lines of a person out of order 1 lines",
    ):
        assert words in said, words
    for personal in ("DOE", "CANARY", "A1001", "19600314"):
        assert personal not in done.stdout + done.stderr
