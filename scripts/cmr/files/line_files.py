"""The files with a row for each line of the input, as it came, and the analysis behind it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from cmr.files.tables import AS_CSV, AS_TEXT, SCRATCH, Table, csv_field, for_spreadsheet

if TYPE_CHECKING:
    import duckdb


# The analysis columns of the line files, in order (their meaning: models/court_files/court_results.yml).
ANALYSIS_COLUMNS = {
    "Case Number": "case_number",
    "# of convictions on record": "convictions_on_record",
    "Possible Other P64 Charges": "possible_other_p64_charges",
    "Occurred after 11/9/2016": "occurred_after_prop64",
    "Superstrike Code Section(s)": "superstrike_statutes",
    "PC290 Code Section(s)": "pc290_statutes",
    "PC290 Registration": "pc290_registration",
    "Date of Conviction": "conviction_date",
    "Years Since This Conviction": "years_since_conviction",
    "Years Since Any Conviction": "years_since_any_conviction",
    "# of Prop 64 convictions": "prop64_convictions",
    "# of HS 11357 convictions": "hs_11357_convictions",
    "# of HS 11358 convictions": "hs_11358_convictions",
    "# of HS 11359 convictions": "hs_11359_convictions",
    "# of HS 11360 convictions": "hs_11360_convictions",
    "Deceased": "deceased",
    "Eligibility Determination": "determination",
    "Eligibility Reason": "reason",
}

CONDENSED_COLUMNS = [
    "CII_NUMBER", "PRI_NAME", "GENDER", "PRI_DOB", "RACE_DESCR", "CYC_DATE", "STP_EVENT_DATE", "STP_ORI_DESCR",
    "STP_ORI_CNTY_NAME", "DISP_DATE", "OFN", "OFFENSE_DESCR", "DISP_DESCR", "CONV_STAT_DESCR", "SENT_LOC_DESCR",
    "SENT_LENGTH", "SENT_TIME_CODE", "CYC_AGE", "COMMENT_TEXT", "END_OF_REC",
]  # fmt: skip

LINES_AT_ONCE = 1 << 20
# Rows in the order of the lines are written by one thread: a file with many fields a row is made in so many parts.
CONDENSED_PARTS = 2


def line_results(con: duckdb.DuckDBPyConnection, county: str) -> None:
    """The analysis of the run: `results` for the lines that have any, `line_results` for every record in order."""
    columns = list(ANALYSIS_COLUMNS.values())
    csv = " || ".join(f"',' || coalesce({csv_field(column)}, '')" for column in columns)
    con.execute(
        f"""
        create or replace table {SCRATCH}.results as
        select
            coalesce(results.line_id, other.line_id) as line_id,
            results.county,
            {", ".join(f"nullif(cast({column} as varchar), '') as {column}" for column in columns)},
            {csv} as csv
        from (select * from court_results where $county in (county, 'all')) as results
        full join court_possible_other_charges as other on results.line_id = other.line_id
        """,
        {"county": county},
    )
    query = f"""
        select records.line_id, results.* exclude (line_id, county, csv), coalesce(results.csv, '{"," * len(columns)}') as csv
        from (select line_id from raw_extract_records where line_id between $first and $last) as records
        left join (select * from {SCRATCH}.results where line_id between $first and $last) as results
            on records.line_id = results.line_id
        order by records.line_id
        """
    [(last,)] = con.execute("select coalesce(max(line_id), -1) from raw_extract_records").fetchall()
    con.execute(f"create or replace table {SCRATCH}.line_results as {query}", {"first": -1, "last": -1})
    # In pieces: all lines would not be put into order within the memory.
    for first in range(0, last + 1, LINES_AT_ONCE):
        piece = {"first": first, "last": first + LINES_AT_ONCE - 1}
        con.execute(f"insert into {SCRATCH}.line_results {query}", piece)


def set_aside_file(folder: Path, county: str) -> Table:
    """The file of lines that could not be used."""
    query = (
        f"select {for_spreadsheet('file_name')} as file, line, cause from set_aside_lines"
        " order by file_id, line"
    )
    return Table(county, folder / "Set_Aside.csv", [query], AS_CSV)


def line_files_of(con: duckdb.DuckDBPyConnection, folder: Path, county: str) -> list[Table]:
    """The files with a row for each line of the input."""
    condensed = [f'records.{name.lower()} as "{name}"' for name in CONDENSED_COLUMNS]
    analysis = [f'results.{column} as "{name}"' for name, column in ANALYSIS_COLUMNS.items()]
    [(lines,)] = con.execute(f"select coalesce(max(line_id), 0) + 1 from {SCRATCH}.line_results").fetchall()
    starts = [lines * part // CONDENSED_PARTS for part in range(CONDENSED_PARTS + 1)]

    def with_results(records: str, columns: str, first: int, end: int) -> str:
        """Lines and their results, rows beside each other, which must be of one line: if that ever failed, people
        would get each other's results."""
        some = f"where line_id >= {first} and line_id < {end}"
        return (
            f"select {columns} from (from {records} {some}) as records"
            f" positional join (from {SCRATCH}.line_results {some}) as results"
            " where records.line_id = results.line_id or error('CMR: lines and their results do not match')"
        )

    return [
        Table(
            county,
            folder / "All_Results.csv",
            [with_results("raw_extract_records", line_and_analysis(con), 0, lines)],
            AS_TEXT,
        ),
        Table(
            county,
            folder / "All_Results_Condensed.csv",
            [
                with_results("raw_doj__extract", ", ".join(condensed + analysis), first, end)
                for first, end in pairwise(starts)
            ],
            AS_CSV,
        ),
    ]


def line_and_analysis(con: duckdb.DuckDBPyConnection) -> str:
    """The column of a file that has each line as the text that it came in, and the analysis after it."""
    names = con.execute("select name from doj_extract_columns order by position").fetchall()
    return f'records.text || results.csv as "{",".join([*(name for (name,) in names), *ANALYSIS_COLUMNS])}"'
