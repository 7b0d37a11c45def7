"""Writes the reports of a run: one set of numbers as HTML, as PDF, and as what may be published."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cmr.pages import layout
from cmr.pages.figures import figures, public_figures
from cmr.pages.public import PUBLIC_COLUMNS, public_document
from cmr.pages.summary import summary_document
from cmr.papers.typesetting import CannotBeSet, set_pdf

if TYPE_CHECKING:
    import duckdb

FILES = {
    "Summary_Report.html": "This report. Summary_Report.pdf is the same for printing.",
    "Public_Report.html": "What may be published of it: small counts are left out. public_summary.csv holds its"
    " numbers.",
    "Prop64_Results.xlsx": "The decisions as a workbook: a sheet for each determination, the list for review, and"
    " what each column means.",
    "Prop64_Results.csv": "One line for each conviction decided: the line of the extract, and the analysis.",
    "All_Results.csv": "Every line of the extract, in its order, with the analysis on the first line of each"
    " conviction decided.",
    "All_Results_Condensed.csv": "The same with the 20 columns of the extract that are read most.",
    "Court_Updates.csv": "One line for each count to change, for the court's own system.",
    "Related_Charges.csv": "Convictions that may belong to a Prop 64 charge, for somebody to look at; nothing is"
    " decided on them.",
    "Needs_Review.csv": "Every conviction that somebody must look at, with what is missing or in conflict.",
    "Set_Aside.csv": "Every line that could not be read or attributed, with its file, line and cause.",
    "summary.json": "The numbers of this report for programs.",
}


def write_report(
    con: duckdb.DuckDBPyConnection, folder: Path, county: str, remarks: Sequence[str] = ()
) -> bool:
    """Writes Summary_Report.html and .pdf, Public_Report.html and public_summary.csv into the folder.

    The report explains the files that are in the folder by then. `remarks` says what is special about them.
    Returns False if the PDF cannot be set, and so is not there.
    """
    found = figures(con, county)
    listed = {"Summary_Report.html", "Public_Report.html", *(path.name for path in folder.iterdir())}
    found["remarks"] = list(remarks)
    found["files"] = [{"name": name, "meaning": FILES[name]} for name in FILES if name in listed]
    document = summary_document(found)
    (folder / "Summary_Report.html").write_text(
        layout.page("report.html", document=document), encoding="utf-8"
    )
    is_whole = True
    try:
        (folder / "Summary_Report.pdf").write_bytes(set_pdf("report.typ", found["as_of"], document=document))
    except CannotBeSet:
        is_whole = False
    public = public_figures(con, county)
    (folder / "Public_Report.html").write_text(
        layout.page("report.html", document=public_document(public)), encoding="utf-8"
    )
    with (folder / "public_summary.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, PUBLIC_COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {
                "county": county,
                "as_of": public["as_of"].isoformat(),
                "policy": public["policy"]["policy"],
                **row,
            }
            for row in public["groups"]
        )
    return is_whole
