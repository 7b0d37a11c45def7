"""Writes the files of a run from the court_files and county_summaries models.

Nothing is decided or counted here: each file is a query over models, written by DuckDB in the order of the input.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cmr import sql
from cmr.build.warehouse import threads
from cmr.files import reports, summary_json
from cmr.files.court_files import conviction_files
from cmr.files.line_files import line_files_of, line_results, set_aside_file
from cmr.files.tables import SCRATCH, copy_side_by_side, made_once, side_by_side
from cmr.files.workbook import ALWAYS_A_WORKBOOK, convictions, write_workbook
from cmr.progress import timed

if TYPE_CHECKING:
    import duckdb


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
    tables = [set_aside_file(out, county)]
    if line_files:
        with timed(written.seconds, "line results"):
            line_results(con, county)
        tables += line_files_of(con, out, county) + conviction_files(con, county, folders, run_id)
    written.rows.update(copy_side_by_side(con, tables, written.seconds, progress))
    with_workbooks = line_files if workbook is None else workbook
    workbook_rows = made_once(con, county, "court_workbook", "from court_workbook") if with_workbooks else ""

    def county_files(name: str, folder: Path, cursor: duckdb.DuckDBPyConnection) -> None:
        progress(name, "summary.json")
        (folder / "summary.json").write_text(
            json.dumps(summary_json.summary(cursor, name, processing_seconds()), indent=1) + "\n",
            encoding="utf-8",
        )
        remarks = []
        if with_workbooks and (workbook or convictions(cursor, name, workbook_rows) <= ALWAYS_A_WORKBOOK):
            progress(name, "Prop64_Results.xlsx")
            with timed(written.seconds, "Prop64_Results.xlsx"):
                remarks = write_workbook(cursor, folder / "Prop64_Results.xlsx", name, workbook_rows)
        progress(name, "Summary_Report.html")
        with timed(written.seconds, "reports"):
            if not reports.write_report(cursor, folder, name, remarks):
                written.not_set.append(
                    f"{name}: Summary_Report.pdf cannot be set; Summary_Report.html says the same"
                )

    side_by_side(con, [partial(county_files, name, folder) for name, folder in folders.items()], threads())
    con.execute(f"detach {SCRATCH}")
    return written


def county_folders(con: duckdb.DuckDBPyConnection, out: Path, county: str) -> dict[str, Path]:
    """Where the files of the run's counties lie: of the one asked for in `out`, of all in a folder for each.

    All are those with a Prop 64 conviction, a decision of the run's policy, or a conviction to look at.
    """
    if county != "all":
        return {county: out}
    found = con.execute(sql.query("files/counties")).fetchall()
    return {name: out / name.replace(" ", "_") for (name,) in found}
