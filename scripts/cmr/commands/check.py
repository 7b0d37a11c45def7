"""`cmr check`: what is wrong with extract files, before any run.

The bytes of each file are inspected. From those that a run would take, the run's own models are built as far as
data_quality, in a folder that is gone afterwards: what is printed is what a run of these files for the same county,
date and criteria writes into Data_Quality.html.

A file is read as often as by a run: once to be inspected, once more to be copied if DuckDB cannot take its bytes as
they are, and twice for the models, for its lines and for their fields. If some line of a file is no record, the fields
of all files are read again, from a copy of the records.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cmr import stopping
from cmr.build import results, warehouse
from cmr.commands.options import AsOf
from cmr.errors import DONE, FAILED, SOMETHING_TO_LOOK_AT, WRONG_CALL, CmrError, plain
from cmr.law import criteria
from cmr.pages import quality
from cmr.progress import StageProgress
from cmr.sources.ca_doj_extract import inspection
from cmr.terminal import Form, printable, show_json
from cmr.workplace import work_folder

# What the module quality reads, and all that it is made from.
MODELS = ("+data_quality", "+set_aside_lines", "+raw_reconciliation")


@dataclass(frozen=True)
class Call:
    """What the caller asked for, checked."""

    extracts: list[Path]
    county: str  # upper case, or all
    as_of: AsOf
    criteria: criteria.Criteria
    debug: bool = False


@dataclass(frozen=True)
class File:
    """What the bytes of a file show."""

    name: str
    size: int  # bytes
    sha256: str
    lines: int
    has_header: bool
    encoding: str
    line_ending: str
    remarks: list[str]


@dataclass(frozen=True)
class Findings:
    """What the models find."""

    report: quality.Report
    lines_set_aside: int
    could_change_a_decision: bool
    unused: str | None  # which file a run could use no line of


@dataclass(frozen=True)
class Check:
    """What is wrong with extract files: those that a run would take, why it would refuse each of the others, and what
    the models find in those that it would take."""

    files: list[File]
    refused: list[str]
    findings: Findings | None

    @property
    def status(self) -> int:
        """WRONG_CALL if a run would refuse a file, FAILED if it would fail because it can use no line of one,
        SOMETHING_TO_LOOK_AT if the bytes of one are odd, a run would set lines aside, or a finding could change a
        decision, else DONE."""
        found = self.findings
        if self.refused:
            return WRONG_CALL
        if found and found.unused:
            return FAILED
        odd = found and (found.lines_set_aside or found.could_change_a_decision)
        return SOMETHING_TO_LOOK_AT if odd or any(file.remarks for file in self.files) else DONE


def check(call: Call, form: Form = "text") -> int:
    """Shows what is wrong with extract files and returns the exit status; raises CmrError if the models fail."""

    def show_at_once(files: list[File], refused: list[str]) -> None:
        if form == "text":
            show_files(files, refused)

    found = ask(call, show_at_once)
    show(found, form)
    return found.status


def ask(call: Call, tell: Callable[[list[File], list[str]], None] = lambda files, refused: None) -> Check:
    """What is wrong with extract files; raises CmrError if the models cannot be built.

    `tell` gets what the bytes show before the models are built, which takes longer.
    """
    call.as_of.say_if_today()
    inspected, refused = inspect(call.extracts)
    files = [described(extract) for extract in inspected]
    tell(files, refused)
    return Check(files, refused, findings(inspected, call) if inspected else None)


def show(found: Check, form: Form) -> None:
    """Shows what the models find: as text, the files were shown before."""
    if form == "json":
        show_json(found)
    elif found.findings:
        show_findings(found.findings)


def described(extract: inspection.Extract) -> File:
    """An extract in the words of a check."""
    return File(
        extract.name,
        extract.size,
        extract.sha256,
        extract.lines,
        extract.has_header,
        "utf-8 with byte order mark" if extract.byte_order_mark else extract.encoding,
        extract.line_ending,
        extract.remarks,
    )


def inspect(paths: list[Path]) -> tuple[list[inspection.Extract], list[str]]:
    """The files that a run would take, and why it would refuse each of the others."""
    inspected: list[inspection.Extract] = []
    refused: list[str] = []
    with stopping.stoppable(), StageProgress() as progress:
        progress.stage("Inspecting files", inspection.total_size(paths) >> 20)
        inspect_file = partial(inspection.inspect_file, progress=lambda read: progress.step(steps=read >> 20))
        for path, name in zip(paths, inspection.distinct_names(paths), strict=True):
            try:
                found = inspect_file(path, name)
                inspection.check_given_once([*inspected, found])
                inspected.append(found)
            except CmrError as error:
                refused.append(error.message)
    return inspected, refused


def findings(inspected: list[inspection.Extract], call: Call) -> Findings:
    """What the models find in the files; the warehouse is removed again."""
    import duckdb

    place = results.spill_folder() / "check"
    with work_folder(place, keep_log=call.debug) as work, StageProgress() as progress:
        try:
            with warehouse.build(
                [extract.path for extract in inspected],
                as_of=call.as_of.day,
                county=call.county,
                criteria=call.criteria,
                folder=work,
                progress=progress,
                debug=call.debug,
                select=MODELS,
                line_files=False,
                inspected=inspected,
            ) as built:
                return Findings(
                    quality.read(built.con),
                    quality.count_set_aside(built.con),
                    quality.could_change(built.con),
                    quality.unused(built.con, inspected),
                )
        except duckdb.Error as error:
            raise CmrError(plain("the findings cannot be read", str(error))) from error


def show_files(files: list[File], refused: list[str]) -> None:
    """What the bytes of each file show, and which files a run would refuse."""
    console = Console(highlight=False)
    for file in files:
        table = Table(show_header=False)
        for what, found in (
            ("size", f"{file.size:,} bytes"),
            ("SHA-256", file.sha256),
            ("lines", f"{file.lines:,}"),
            ("header", "yes" if file.has_header else "no"),
            ("encoding", file.encoding),
            ("line ends", file.line_ending),
            *(("remark", remark) for remark in file.remarks),
        ):
            table.add_row(what, found)
        console.print(printable(file.name), soft_wrap=True)
        console.print(table)
    for message in refused:
        console.print(printable(f"Refused: {message}"), soft_wrap=True)
    odd = sum(bool(file.remarks) for file in files)
    console.print(f"{len(files) - odd} in order, {odd} readable with remarks, {len(refused)} refused")


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
