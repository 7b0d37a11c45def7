"""Prop64_Results.xlsx: the decisions of a county as a workbook, from the model court_workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmr import sql
from cmr.pages import figures
from cmr.pages.words import county_name, long_date

if TYPE_CHECKING:
    import duckdb
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767

# Up to here the workbook takes a few seconds, and comes unasked.
ALWAYS_A_WORKBOOK = 20_000

# Columns of court_workbook in the order of the sheets: name, heading, width in characters.
COLUMNS = (
    ("determination", "Determination", 22),
    ("reason", "Reason", 38),
    ("subject_name", "Name", 28),
    ("cii_number", "CII number", 14),
    ("date_of_birth", "Date of birth", 13),
    ("case_number", "Case number", 18),
    ("statute", "Statute", 16),
    ("level", "Level", 14),
    ("conviction_date", "Date of conviction", 13),
    ("sentence_end_date", "End of sentence", 13),
    ("convictions_on_record", "Convictions on record", 12),
    ("prop64_convictions", "Prop 64 convictions", 12),
    ("last_conviction_date", "Last conviction", 13),
    ("superstrike_statutes", "Superstrikes", 18),
    ("pc290_statutes", "PC 290 offenses", 18),
    ("pc290_registration", "PC 290 registration", 12),
    ("deceased", "Deceased", 12),
    ("missing_facts", "Missing facts", 28),
    ("conflicting_facts", "Facts in conflict", 28),
    ("subject_id", "Subject id", 14),
    ("cnt_order", "Count order", 16),
    ("file_name", "File", 24),
    ("line", "Line", 10),
)


def convictions(con: duckdb.DuckDBPyConnection, county: str, table: str) -> int:
    """How many convictions the workbook of a county holds; `table` as in write_workbook."""
    [(rows,)] = con.execute(f"select count(*) from {table} where county = ?", [county]).fetchall()
    return int(rows)


def write_workbook(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    county: str,
    table: str = "court_workbook",
    most_rows: int = MOST_ROWS,
) -> list[str]:
    """Writes the workbook from `table`, court_workbook or its rows in another place; returns a remark for each sheet
    that cannot hold all of its rows.

    A row is written as soon as it is read, so memory does not grow with the county; what has to wait for the end
    lies beside the workbook until then. The same decisions give the same bytes.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    settings = figures.run_settings(con)
    sheets = plan(con, county)
    remarks = [
        f"The sheet {name!r} of the workbook ends after {most_rows - 2:,} of its {rows:,} convictions, the most that"
        " a sheet can hold; Prop64_Results.csv has them all."
        for name, _, rows in sheets
        if rows > most_rows - 1
    ]
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(path.parent),
        "default_date_format": "mm/dd/yyyy",
    }
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            as_of = settings["as_of"]
            title = f"Decisions on Prop 64 convictions, {county_name(county)}"
            book.set_properties({"title": title, "created": datetime(as_of.year, as_of.month, as_of.day)})
            styles = {
                "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
                "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
                "title": book.add_format({"bold": True, "font_size": 14}),
                "number": book.add_format({"num_format": "#,##0", "align": "left"}),
            }
            about(book, styles, title, settings, sheets, remarks)
            explain(book, styles, columns(con))
            for name, condition, rows in sheets:
                fill(book.add_worksheet(name), styles, read(con, county, table, condition), rows, most_rows)
    except FileCreateError as error:
        raise error.args[0] from error
    return remarks


def plan(con: duckdb.DuckDBPyConnection, county: str) -> list[tuple[str, str, int]]:
    """The sheets of convictions: name, condition on court_workbook, and rows."""
    sheets = [
        (
            sheet_name(row["determination"]),
            f"determination = {sql.quote(row['determination'])}",
            row["convictions"],
        )
        for row in figures.fetch(
            con,
            "select determination, sum(convictions) as convictions from county_decisions where county = $county"
            " and policy = (select criteria_policy from run_settings) group by 1"
            f" order by {figures.order('determination')}",
            county,
        )
    ]
    [review] = figures.fetch(
        con, "select count(*) as n from court_needs_review where county = $county", county
    )
    return [*sheets, ("Needs review", "needs_review", review["n"])]


def sheet_name(words: str) -> str:
    """A name that Excel takes for a sheet: 31 characters at most, and none that it uses itself."""
    name = "".join(" " if letter in "[]:*?/\\'" else letter for letter in words)
    return name if len(name) <= 31 else name[:30] + "…"


def columns(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Heading and meaning of each column; the meaning is the model's own description of it."""
    meanings = dict(
        con.execute(
            "select column_name, comment from duckdb_columns() where table_name = 'court_workbook'"
        ).fetchall()
    )
    return [(heading, meanings[name] or "") for name, heading, _ in COLUMNS]


def read(con: duckdb.DuckDBPyConnection, county: str, table: str, condition: str) -> Iterator[Sequence[Any]]:
    """The rows of a sheet in the order of the input, some thousand at a time."""
    names = ", ".join(name for name, *_ in COLUMNS)
    with con.cursor() as cursor:
        cursor.execute(
            f"select {names} from {table} where county = $county and {condition} order by conviction_id",
            {"county": county},
        )
        while batch := cursor.fetchmany(10_000):
            yield from batch


def about(
    book: xlsxwriter.Workbook,
    styles: dict[str, Any],
    title: str,
    settings: dict[str, Any],
    sheets: list[tuple[str, str, int]],
    remarks: list[str],
) -> None:
    """The first sheet: whose decisions these are, and what the other sheets hold."""
    sheet = book.add_worksheet("About")
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 60)
    sheet.write_string(0, 0, title, styles["title"])
    lines = [
        ("As of", long_date(settings["as_of"])),
        ("Criteria", settings["policy"]["title"]),
        ("Confidential", "This workbook names people. It is for the county's own use."),
        ("Columns", "The sheet Columns says what each column means."),
        *(("Note", remark) for remark in remarks),
    ]
    for row, (name, words) in enumerate(lines, start=2):
        sheet.write_string(row, 0, name, styles["wrap"])
        sheet.write_string(row, 1, words, styles["wrap"])
    row = len(lines) + 3
    sheet.write_string(row, 0, "Sheet", styles["head"])
    sheet.write_string(row, 1, "Convictions", styles["head"])
    for name, _, rows in sheets:
        row += 1
        sheet.write_string(row, 0, name)
        sheet.write_number(row, 1, int(rows), styles["number"])


def explain(book: xlsxwriter.Workbook, styles: dict[str, Any], meanings: list[tuple[str, str]]) -> None:
    """The sheet that says what each column means."""
    sheet = book.add_worksheet("Columns")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    sheet.freeze_panes(1, 0)
    for row, words in enumerate([("Column", "Meaning"), *meanings]):
        for place, word in enumerate(words):
            sheet.write_string(row, place, word, styles["wrap" if row else "head"])


def fill(
    sheet: Worksheet, styles: dict[str, Any], found: Iterator[Sequence[Any]], rows: int, most_rows: int
) -> None:
    """A sheet of convictions under frozen headings with filters; what does not fit is said in its last row."""
    for place, (_, heading, width) in enumerate(COLUMNS):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, heading, styles["head"])
    sheet.freeze_panes(1, 0)
    fits = rows <= most_rows - 1
    written = 0
    for row, values in enumerate(found, start=1):
        if not fits and row == most_rows - 1:
            left = f"{rows - written:,} further convictions do not fit: Prop64_Results.csv has them all."
            sheet.write_string(row, 0, left)
            break
        for place, value in enumerate(values):
            # text is always written as text: never as a formula, a link or a number
            if isinstance(value, str):
                sheet.write_string(row, place, value[:LONGEST_TEXT])
            elif isinstance(value, date):
                if value.year < 1900:  # before Excel's time
                    sheet.write_string(row, place, f"{value:%m/%d/}{value.year:04}")
                else:
                    sheet.write_datetime(row, place, value)
            elif value is not None:
                sheet.write_number(row, place, value)
        written = row
    sheet.autofilter(0, 0, max(written, 1), len(COLUMNS) - 1)
