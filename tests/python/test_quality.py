"""What is said about the quality of extracts, by a run and before one."""

import re
from pathlib import Path

import duckdb

import support
from cmr.pages import quality


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
        ("ALL", "line that repeats another"): (1, 1, 0),
        ("CII_NUMBER", "one number under several persons"): (12, 10, 0),
        ("CNT_ORDER", "lines of a person out of order"): (1, 2, 0),
        ("CONV_STAT_DESCR", "unknown level, in OFFENSE_TOC too"): (1, 1, 1),
        ("OFFENSE_DESCR", "offense text that names no statute"): (2, 1, 0),
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


def test_the_report_holds_every_finding(odd_run: Path) -> None:
    with duckdb.connect(str(odd_run / "warehouse.duckdb"), read_only=True) as con:
        report = quality.read(con)
        numbers = dict(
            con.execute("select part, count(*) from data_quality where number > 0 group by all").fetchall()
        )
    found = {section.anchor: sum(len(table.rows) for table in section.tables) for section in report.sections}
    aside = found.pop("set_aside")
    assert found == numbers
    # Set_Aside.csv has one line for each, of which no two have the same cause
    assert aside == len(support.lines_of(odd_run / "Set_Aside.csv"))


def test_check_prints_before_a_run_what_the_run_reports(
    odd_extract: Path, odd_run: Path, tmp_path: Path
) -> None:
    done = support.cmr(
        *["check", odd_extract, "--county", "SACRAMENTO", "--as-of", "2020-07-01"],
        *["--criteria", odd_run.parent / "criteria.json"],
        COLUMNS="2000",
        CMR_TEMP=str(tmp_path),
    )
    assert done.returncode == 3, done.stderr
    with duckdb.connect(str(odd_run / "warehouse.duckdb"), read_only=True) as con:
        report = quality.read(con)
    _, about, findings = done.stdout.partition(report.about)
    assert about, done.stdout
    # every table with its caption and all its rows, and nothing else
    expected = []
    for section in report.sections:
        assert section.title in findings
        for sentence in section.before + section.after:
            assert sentence in findings
        for table in section.tables:
            assert table.caption in findings
            expected.append(list(table.columns))
            expected += [
                [f"{cell:,}" if isinstance(cell, int) else cell for cell in row] for row in table.rows
            ]
    printed = [line for line in findings.splitlines() if line[:1] in ("│", "┃")]
    assert [[cell.strip() for cell in re.split("[│┃]", line)[1:-1]] for line in printed] == expected
    for personal in ("DOE", "CANARY", "A1001", "19600314", "NOWHERE"):
        assert personal not in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []
