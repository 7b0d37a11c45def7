"""`cmr check`: what is wrong with extract files, before any run.

The bytes of each file are inspected. From those that a run would take, the run's own models are built as far as
data_quality, in a folder that is gone afterwards: what is printed is what a run of these files for the same county,
date and criteria writes into Data_Quality.html.

A file is read as often as by a run: once to be inspected, once more to be copied if DuckDB cannot take its bytes as
they are, and twice for the models, for its lines and for their fields. If some line of a file is no record, the fields
of all files are read again, from a copy of the records.
"""

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cmr import criteria, extracts, project, quality, results, stopping, warehouse
from cmr.errors import DONE, FAILED, SOMETHING_TO_LOOK_AT, WRONG_CALL, CmrError
from cmr.explain import printable
from cmr.progress import StageProgress
from cmr.run import count_set_aside, read_date, say_counted_to_today
from cmr.workplace import work_folder

# What the module quality reads, and all that it is made from.
MODELS = ("+data_quality", "+set_aside_lines", "+raw_reconciliation")


@dataclass(frozen=True)
class Findings:
    """What the models find: the report, whether lines are set aside or decisions could change, and which file a run
    could use no line of."""

    report: quality.Report
    odd: bool
    unused: str | None


def check(
    paths: list[Path], *, county: str, as_of: str | None, given_criteria: str | None, debug: bool = False
) -> int:
    """Prints what the bytes of each file and the models show; returns WRONG_CALL if a run would refuse one of them,
    FAILED if it would fail because it can use no line of one, SOMETHING_TO_LOOK_AT if the bytes of one are odd, a run
    would set lines aside, or a finding could change a decision, else DONE.

    Raises CmrError if the call is wrong or the models cannot be built.
    """
    county = project.county(county)
    day = read_date(as_of) if as_of else date.today()
    chosen = criteria.read(given_criteria)
    if not as_of:
        say_counted_to_today(day)
    inspected, refused = inspect(paths)
    show_files(inspected, refused)
    found = findings(inspected, county, day, chosen, debug) if inspected else None
    if found:
        show_findings(found)
    if refused:
        return WRONG_CALL
    if found and found.unused:
        return FAILED
    odd = any(extract.remarks for extract in inspected) or (found and found.odd)
    return SOMETHING_TO_LOOK_AT if odd else DONE


def inspect(paths: list[Path]) -> tuple[list[extracts.Extract], list[str]]:
    """The files that a run would take, and why it would refuse each of the others."""
    inspected: list[extracts.Extract] = []
    refused: list[str] = []
    with stopping.stoppable(), StageProgress() as progress:
        progress.stage("Inspecting files", extracts.total_size(paths) >> 20)
        inspect_file = partial(extracts.inspect_file, progress=lambda read: progress.step(steps=read >> 20))
        for path, name in zip(paths, extracts.distinct_names(paths), strict=True):
            try:
                found = inspect_file(path, name)
                extracts.check_given_once([*inspected, found])
                inspected.append(found)
            except CmrError as error:
                refused.append(error.message)
    return inspected, refused


def findings(
    inspected: list[extracts.Extract], county: str, as_of: date, chosen: criteria.Criteria, debug: bool
) -> Findings:
    """What the models find in the files; the warehouse is removed again."""
    import duckdb

    place = results.spill_folder() / "check"
    with work_folder(place, keep_log=debug) as work, StageProgress() as progress:
        try:
            with warehouse.build(
                [extract.path for extract in inspected],
                as_of=as_of,
                county=county,
                criteria=chosen,
                folder=work,
                progress=progress,
                debug=debug,
                select=MODELS,
                keep_texts=False,
                inspected=inspected,
            ) as built:
                return Findings(
                    quality.read(built.con),
                    bool(count_set_aside(built.con)) or quality.could_change(built.con),
                    quality.unused(built.con, inspected),
                )
        except duckdb.Error as error:
            raise CmrError(warehouse.plain("the findings cannot be read", str(error))) from error


def show_files(inspected: list[extracts.Extract], refused: list[str]) -> None:
    """What the bytes of each file show, and which files a run would refuse."""
    console = Console(highlight=False)
    for extract in inspected:
        encoding = "utf-8 with byte order mark" if extract.byte_order_mark else extract.encoding
        table = Table(show_header=False)
        for what, found in (
            ("size", f"{extract.size:,} bytes"),
            ("SHA-256", extract.sha256),
            ("lines", f"{extract.lines:,}"),
            ("header", "yes" if extract.has_header else "no"),
            ("encoding", encoding),
            ("line ends", extract.line_ending),
            *(("remark", remark) for remark in extract.remarks),
        ):
            table.add_row(what, found)
        console.print(printable(extract.name), soft_wrap=True)
        console.print(table)
    for message in refused:
        console.print(printable(f"Refused: {message}"), soft_wrap=True)
    odd = sum(bool(extract.remarks) for extract in inspected)
    console.print(f"{len(inspected) - odd} in order, {odd} readable with remarks, {len(refused)} refused")


def show_findings(found: Findings) -> None:
    """The report as tables, in its own words."""
    console = Console(highlight=False)
    console.print(printable(found.report.about))
    for section in found.report.sections:
        console.print(Text(f"\n{section.title}", style="bold"))
        for sentence in section.before:
            console.print(printable(sentence))
        for rows in section.tables:
            table = Table(title=printable(rows.caption), title_justify="left")
            for position, name in enumerate(rows.columns):
                is_text = position < quality.TEXT_COLUMNS
                table.add_column(name, justify="left" if is_text else "right", overflow="fold")
            for row in rows.rows:
                cells = (f"{cell:,}" if isinstance(cell, int) else cell for cell in row)
                table.add_row(*map(printable, cells))
            console.print(table)
        for sentence in section.after:
            console.print(printable(sentence))
    if found.unused:
        console.print(printable(f"A run would fail: {found.unused}"), soft_wrap=True)
