"""Writes the files of a run from the court_files and county_summaries models.

Nothing is decided or counted here: each file is a query over models, written by DuckDB in the order of the input.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cmr import engine, report
from cmr.progress import timed
from cmr.warehouse import threads
from cmr.workbook import ALWAYS_A_WORKBOOK, convictions, write_workbook

if TYPE_CHECKING:
    import duckdb

Done = TypeVar("Done")

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

# The fields of Court_Updates.csv, in order (docs/interfaces/court_updates.schema.json).
COURT_UPDATES_COLUMNS = [
    "county", "court", "case_number", "cii_number", "name", "date_of_birth", "count", "statute", "disposition_date",
    "current_level", "relief", "resulting_level", "ground", "decision_date", "policy",
]  # fmt: skip

# The fields of Needs_Review.csv, in order.
NEEDS_REVIEW_COLUMNS = [
    "file_name", "line", "subject_id", "cii_number", "cnt_order", "case_number", "statute", "conviction_date", "level",
    "determination", "reason", "missing_facts", "conflicting_facts", "other_offenses",
]  # fmt: skip

# Each line is written as the text that it came in plus the analysis, so nothing may be quoted again.
AS_TEXT = r"(format csv, header true, delimiter e'\x01\x02', quote '', escape '')"
# Without a comment sign, or the # of the segment separators would be quoted.
AS_CSV = "(format csv, header true, comment '')"
# What is made on the way lies in memory, where all cursors see it, and not in the run's warehouse.
SCRATCH = "scratch"
LINES_AT_ONCE = 1 << 20
# Rows in the order of the lines are written by one thread: a file with many fields a row is made in so many parts.
CONDENSED_PARTS = 2
# As many as the files of one county have parts.
COPIES_AT_ONCE = 8
APPENDED_AT_ONCE = 16 << 20


@dataclass(frozen=True)
class Table:
    """A CSV file, with the queries whose rows it has one after the other, and the style of its COPY.

    It is a county's, or that of a run over all counties.
    """

    county: str
    path: Path
    queries: list[str]
    style: str

    def part(self, number: int) -> Path:
        """Where the rows of a query are written; those of the first already into the file."""
        return self.path.with_name(f"{self.path.name}.{number}") if number else self.path

    def join(self) -> None:
        """Appends the other parts to the first."""
        with self.path.open("ab") as whole:
            for number in range(1, len(self.queries)):
                part = self.part(number)
                with part.open("rb") as rest:
                    shutil.copyfileobj(rest, whole, APPENDED_AT_ONCE)
                part.unlink()


@dataclass(frozen=True)
class Written:
    """Rows of the CSV files, by county and file name, the seconds that each kind of file took, and a remark on each
    document that cannot be set."""

    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    not_set: list[str] = field(default_factory=list)


def write_outputs(
    con: duckdb.DuckDBPyConnection,
    out: Path,
    *,
    county: str,
    run_id: str,
    processing_seconds: Callable[[], float],
    line_files: bool = True,
    workbook: bool | None = None,
    progress: Callable[[str, str], None] = lambda stage, name: None,
) -> Written:
    """Write the files of a run for a county into `out`; for all counties, what is about every line of the input into
    `out`, once, and what is about a county's convictions into a folder for each.

    `run_id` names the run in what courts get; `line_files`: whether to write the files with a row for each line or
    conviction; `workbook`: whether to write Prop64_Results.xlsx, by far the slowest of them (None: with the others,
    unless the county is so large that it would take long); `processing_seconds` tells how long the run has taken so
    far; `progress` is told the county and the file that is written.
    """
    con.execute(f"attach ':memory:' as {SCRATCH} (compress)")
    written = Written()
    folders = county_folders(con, out, county)
    for folder in folders.values():
        folder.mkdir(exist_ok=True)
    tables = [_set_aside(out, county)]
    if line_files:
        with timed(written.seconds, "line results"):
            _line_results(con, county)
        tables += _line_files(con, out, county) + _conviction_files(con, county, folders, run_id)
    written.rows.update(_copy_side_by_side(con, tables, written.seconds, progress))
    with_workbooks = line_files if workbook is None else workbook
    workbook_rows = _made_once(con, county, "court_workbook", "from court_workbook") if with_workbooks else ""

    def reports(name: str, folder: Path, cursor: duckdb.DuckDBPyConnection) -> None:
        progress(name, "summary.json")
        (folder / "summary.json").write_text(
            json.dumps(summary(cursor, name, processing_seconds()), indent=1) + "\n", encoding="utf-8"
        )
        remarks = []
        if with_workbooks and (workbook or convictions(cursor, name, workbook_rows) <= ALWAYS_A_WORKBOOK):
            progress(name, "Prop64_Results.xlsx")
            with timed(written.seconds, "Prop64_Results.xlsx"):
                remarks = write_workbook(cursor, folder / "Prop64_Results.xlsx", name, workbook_rows)
        progress(name, "Summary_Report.html")
        with timed(written.seconds, "reports"):
            if not report.write_report(cursor, folder, name, remarks):
                written.not_set.append(
                    f"{name}: Summary_Report.pdf cannot be set; Summary_Report.html says the same"
                )

    _side_by_side(con, [partial(reports, name, folder) for name, folder in folders.items()], threads())
    con.execute(f"detach {SCRATCH}")
    return written


def county_folders(con: duckdb.DuckDBPyConnection, out: Path, county: str) -> dict[str, Path]:
    """Where the files of the run's counties lie: of the one asked for in `out`, of all in a folder for each.

    All are those with a Prop 64 conviction, a decision of the run's policy, or a conviction to look at.
    """
    if county != "all":
        return {county: out}
    found = con.execute(
        """
        select county from county_overview
        union
        select county from court_needs_review
        union
        select county from court_results
        union
        select related.county
        from court_related_charges as related
        inner join fct_conviction_facts as facts on related.conviction_id = facts.conviction_id
        where facts.is_in_known_county
        order by county
        """
    ).fetchall()
    return {name: out / name.replace(" ", "_") for (name,) in found}


def _side_by_side(
    con: duckdb.DuckDBPyConnection,
    works: Sequence[Callable[[duckdb.DuckDBPyConnection], Done]],
    at_once: int,
    tell: Callable[[int, Done], None] = lambda place, done: None,
) -> None:
    """Does works together, each with a cursor of its own. `tell` gets the place of each that is done, and what came
    of it. Where one fails, or the run is stopped, the others end too. A work alone needs no thread to wait for."""
    if len(works) == 1:
        return tell(0, works[0](con))
    cursors = [con.cursor() for _ in works]
    with ThreadPoolExecutor(at_once) as pool:
        try:
            places = {pool.submit(works[place], cursor): place for place, cursor in enumerate(cursors)}
            for future in as_completed(places):
                tell(places[future], future.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for cursor in cursors:
                cursor.interrupt()
            raise


def _copy_side_by_side(
    con: duckdb.DuckDBPyConnection,
    tables: list[Table],
    seconds: dict[str, float],
    progress: Callable[[str, str], None],
) -> dict[tuple[str, str], int]:
    """Write the files together: one that is bound by its own order leaves processors to the others.

    Returns the rows written by county and file name.
    """
    parts = [(table, number) for table in tables for number in range(len(table.queries))]
    missing = {table.path: len(table.queries) for table in tables}
    rows = dict.fromkeys(((table.county, table.path.name) for table in tables), 0)

    def copy(table: Table, number: int, cursor: duckdb.DuckDBPyConnection) -> int:
        style = table.style if number == 0 else table.style.replace("header true", "header false")
        with timed(seconds, table.path.name):
            copied = cursor.execute(
                f"copy ({table.queries[number]}) to {engine.literal(table.part(number))} {style}"
            )
            [(written,)] = copied.fetchall()
        return int(written)

    def tell(place: int, written: int) -> None:
        table, _ = parts[place]
        rows[table.county, table.path.name] += written
        missing[table.path] -= 1
        if not missing[table.path]:
            table.join()
            progress(table.county, table.path.name)

    _side_by_side(con, [partial(copy, *part) for part in parts], COPIES_AT_ONCE, tell)
    return rows


def _line_results(con: duckdb.DuckDBPyConnection, county: str) -> None:
    """The analysis of the run: `results` for the lines that have any, `line_results` for every record in order."""
    columns = list(ANALYSIS_COLUMNS.values())
    csv = " || ".join(f"',' || coalesce({_csv(column)}, '')" for column in columns)
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


def _set_aside(folder: Path, county: str) -> Table:
    """The file of lines that could not be used."""
    query = (
        f"select {_for_spreadsheet('file_name')} as file, line, cause from set_aside_lines"
        " order by file_id, line"
    )
    return Table(county, folder / "Set_Aside.csv", [query], AS_CSV)


def _line_files(con: duckdb.DuckDBPyConnection, folder: Path, county: str) -> list[Table]:
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
            [with_results("raw_extract_records", _line_and_analysis(con), 0, lines)],
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


def _made_once(con: duckdb.DuckDBPyConnection, county: str, name: str, query: str) -> str:
    """Where to select the rows of a query from, which have a county: for all counties a table that is made now, or else
    each of them would work out the rows of all."""
    if county != "all":
        return f"({query})"
    con.execute(f"create table {SCRATCH}.{name} as select * from ({query}) order by county")
    return f"{SCRATCH}.{name}"


def _conviction_files(
    con: duckdb.DuckDBPyConnection, county: str, folders: dict[str, Path], run_id: str
) -> list[Table]:
    """The files of each county with a row for each conviction."""
    lines = _made_once(
        con,
        county,
        "prop64_lines",
        f"select results.county, results.line_id, {_line_and_analysis(con)} from raw_extract_records as records"
        f" inner join {SCRATCH}.results as results on records.line_id = results.line_id"
        " where results.county is not null",
    )
    updates = _made_once(con, county, "court_updates", "from court_updates")
    for_review = _for_spreadsheets(con, "court_needs_review", NEEDS_REVIEW_COLUMNS)
    update = ", ".join(map(_name, COURT_UPDATES_COLUMNS))
    queries = {
        "Prop64_Results.csv": (f"select * exclude (county, line_id) from {lines}", "line_id"),
        "Needs_Review.csv": (f"select {for_review} from court_needs_review", "file_name, line"),
        "Related_Charges.csv": (
            "select * exclude (conviction_id, county, related_charge, charges_in_arrest),"
            ' related_charge as "Potentially Eligible Related Charge",'
            ' charges_in_arrest as "Other Charges in Arrest" from court_related_charges',
            "conviction_id",
        ),
        "Court_Updates.csv": (f"select {update}, {_text(run_id)} as run_id from {updates}", "conviction_id"),
    }
    return [
        Table(
            county,
            folder / name,
            [f"{query} where county = {_text(county)} order by {order}"],
            AS_TEXT if name == "Prop64_Results.csv" else AS_CSV,
        )
        for county, folder in folders.items()
        for name, (query, order) in queries.items()
    ]


def _line_and_analysis(con: duckdb.DuckDBPyConnection) -> str:
    """The column of a file that has each line as the text that it came in, and the analysis after it."""
    names = con.execute("select name from doj_extract_columns order by position").fetchall()
    return f'records.text || results.csv as "{",".join([*(name for (name,) in names), *ANALYSIS_COLUMNS])}"'


def _for_spreadsheets(con: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> str:
    """Columns of a table as a spreadsheet may open them."""
    kinds = dict(con.execute(f"select column_name, column_type from (describe {table})").fetchall())
    return ", ".join(
        f"{_for_spreadsheet(name)} as {name}" if kinds[name] == "VARCHAR" else name for name in columns
    )


def _for_spreadsheet(column: str) -> str:
    """The text of a column with an apostrophe ahead of what a spreadsheet would run as a formula.

    For the files that people read. In those that courts load, every value stays as it came.
    """
    return (
        f"case when regexp_matches({column}, '^[=+@\\t\\r\\n-]') and {column} <> '-'"
        f" then chr(39) || {column} else {column} end"
    )


def _csv(column: str) -> str:
    """The value of a column as one CSV field."""
    text = f"cast({column} as varchar)"
    return (
        f"case when regexp_matches({text}, '[\",\\n\\r]')"
        f" then '\"' || replace({text}, '\"', '\"\"') || '\"' else {text} end"
    )


def _name(column: str) -> str:
    return f'"{column}"'


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def summary(con: duckdb.DuckDBPyConnection, county: str, seconds: float) -> dict[str, Any]:
    """The county's summary.json: the county_summaries models under the names that counties' scripts read."""

    def rows(query: str) -> list[tuple[Any, ...]]:
        return con.execute(query, {"county": county} if "$county" in query else None).fetchall()

    def counts(query: str) -> dict[str, int]:
        return dict(rows(query))

    (policy,) = rows("select criteria_policy from run_settings")[0]
    (line_count,) = rows("select sum(records) from raw_reconciliation")[0]
    overview = rows(
        "select earliest_conviction_date, subjects_with_prop64_conviction, prop64_felony_convictions,"
        " prop64_non_felony_convictions, already_relieved_convictions from county_overview where county = $county"
    )
    earliest, subjects, felonies, non_felonies, relieved = overview[0] if overview else (None, 0, 0, 0, 0)
    impact = {
        policy: relief
        for policy, *relief in rows(
            "select policy, subjects_no_felony, subjects_no_conviction, subjects_no_conviction_last_7_years,"
            " subjects_with_some_relief from county_impact where county = $county"
        )
    }

    def relief(policy: str) -> dict[str, int]:
        no_felony, no_conviction, last_7_years, _ = impact.get(policy, (0, 0, 0, 0))
        return {
            "CountSubjectsNoFelony": no_felony,
            "CountSubjectsNoConviction": no_conviction,
            "CountSubjectsNoConvictionLast7Years": last_7_years,
        }

    def by_section(choice: str) -> dict[str, int]:
        return counts(
            "select prop64_section, convictions from county_section_choices cross join run_settings"
            f" where county = $county and choice = '{choice}' and criteria_policy = 'county_criteria' order by 1"
        )

    return {
        "county": county,
        "lineCount": line_count,
        "processingTimeInSeconds": round(seconds, 1),
        "earliestConviction": earliest.isoformat() if earliest else None,
        "reliefWithCurrentEligibilityChoices": relief(policy),
        "reliefWithDismissAllProp64": relief("dismiss_all_prop64"),
        "reliefWithDismissAllProp64AndRelated": relief("dismiss_all_prop64_and_related"),
        "prop64ConvictionsCountInCountyByCodeSection": counts(
            "select prop64_section, sum(convictions) from county_prop64_convictions where county = $county"
            " group by 1 order by 1"
        ),
        "subjectsWithProp64ConvictionCountInCounty": subjects,
        "prop64FelonyConvictionsCountInCounty": felonies,
        "prop64NonFelonyConvictionsCountInCounty": non_felonies,
        "prop64ConvictionsAlreadyRelievedCountInCounty": relieved,
        "subjectsWithSomeReliefCount": impact.get(policy, (0, 0, 0, 0))[3],
        "convictionDismissalCountByCodeSection": by_section("dismiss"),
        "convictionReductionCountByCodeSection": by_section("reduce"),
        "convictionDismissalCountByAdditionalRelief": counts(
            "select reason, sum(convictions) from county_decisions cross join run_settings"
            " where county = $county and policy = criteria_policy"
            " and determination in (select determination from determinations where relief = 'dismissal')"
            " and rule_id not in ('not_a_felony', 'section_dismissed') group by 1 order by 1"
        ),
    }


def headline(con: duckdb.DuckDBPyConnection, county: str) -> dict[str, int]:
    """The numbers that a run shows at its end, for one county or, as sums over the counties, for `all`."""
    names = [
        "input lines",
        "people with a Prop 64 conviction",
        "Prop 64 convictions",
        "Prop 64 convictions relieved already",
        "convictions eligible for dismissal",
        "convictions eligible for reduction",
        "convictions for hand review",
        "people with some relief",
        "people who will have no felony",
        "people who will have no conviction",
        "people who will have no conviction in the last 7 years",
    ]
    numbers = con.execute(
        """
        select
            (select sum(records) from raw_reconciliation),
            (
                select coalesce(sum(subjects_with_prop64_conviction), 0) from county_overview
                where $county in (county, 'all')
            ),
            (select coalesce(sum(prop64_convictions), 0) from county_overview where $county in (county, 'all')),
            (
                select coalesce(sum(already_relieved_convictions), 0) from county_overview
                where $county in (county, 'all')
            ),
            coalesce(sum(dismissals), 0), coalesce(sum(reductions), 0), coalesce(sum(hand_reviews), 0),
            coalesce(sum(subjects_with_some_relief), 0), coalesce(sum(subjects_no_felony), 0),
            coalesce(sum(subjects_no_conviction), 0), coalesce(sum(subjects_no_conviction_last_7_years), 0)
        from county_impact
        where policy = (select criteria_policy from run_settings) and $county in (county, 'all')
        """,
        {"county": county},
    ).fetchone()
    assert numbers is not None
    return dict(zip(names, map(int, numbers), strict=True))
