"""The files of each county with a row for each conviction, from the court_files models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cmr import sql
from cmr.files.line_files import line_and_analysis
from cmr.files.tables import AS_CSV, AS_TEXT, SCRATCH, Table, for_spreadsheets, made_once

if TYPE_CHECKING:
    import duckdb


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


def conviction_files(
    con: duckdb.DuckDBPyConnection, county: str, folders: dict[str, Path], run_id: str
) -> list[Table]:
    """The files of each county with a row for each conviction."""
    lines = made_once(
        con,
        county,
        "prop64_lines",
        f"select results.county, results.line_id, {line_and_analysis(con)} from raw_extract_records as records"
        f" inner join {SCRATCH}.results as results on records.line_id = results.line_id"
        " where results.county is not null",
    )
    updates = made_once(con, county, "court_updates", "from court_updates")
    for_review = for_spreadsheets(con, "court_needs_review", NEEDS_REVIEW_COLUMNS)
    update = ", ".join(f'"{name}"' for name in COURT_UPDATES_COLUMNS)
    queries = {
        "Prop64_Results.csv": (f"select * exclude (county, line_id) from {lines}", "line_id"),
        "Needs_Review.csv": (f"select {for_review} from court_needs_review", "file_name, line"),
        "Related_Charges.csv": (
            "select * exclude (conviction_id, county, related_charge, charges_in_arrest),"
            ' related_charge as "Potentially Eligible Related Charge",'
            ' charges_in_arrest as "Other Charges in Arrest" from court_related_charges',
            "conviction_id",
        ),
        "Court_Updates.csv": (
            f"select {update}, {sql.quote(run_id)} as run_id from {updates}",
            "conviction_id",
        ),
    }
    return [
        Table(
            county,
            folder / name,
            [f"{query} where county = {sql.quote(county)} order by {order}"],
            AS_TEXT if name == "Prop64_Results.csv" else AS_CSV,
        )
        for county, folder in folders.items()
        for name, (query, order) in queries.items()
    ]
