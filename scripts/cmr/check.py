"""`cmr check`: what is wrong with extract files, before any run."""

from functools import partial
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from cmr import extracts, fields
from cmr.errors import DONE, LINES_SET_ASIDE, WRONG_CALL, CmrError
from cmr.progress import StageProgress


def check(paths: list[Path]) -> int:
    """Prints what the bytes and the fields of each file show; returns WRONG_CALL if a run would refuse one of them,
    LINES_SET_ASIDE if all can be read but something is odd, else DONE."""
    refused: list[str] = []
    inspected: list[extracts.Extract] = []
    with StageProgress() as progress:
        progress.stage("Inspecting files", extracts.total_size(paths) >> 20)
        inspect = partial(extracts.inspect_file, progress=lambda read: progress.step(steps=read >> 20))
        for path, name in zip(paths, extracts.distinct_names(paths), strict=True):
            try:
                inspected.append(inspect(path, name))
            except CmrError as error:
                refused.append(error.message)
    try:
        extracts.check_given_once(inspected)
    except CmrError as error:
        refused.append(error.message)
    with StageProgress() as progress:
        progress.stage("Reading fields")
        found = fields.findings(inspected) if inspected else []
    console = Console(highlight=False)
    for extract in inspected:
        show(console, extract)
    show_findings(console, found)
    for message in refused:
        console.print(f"Refused: {message}", markup=False, soft_wrap=True)
    odd = sum(bool(extract.remarks) for extract in inspected)
    console.print(
        f"{len(inspected) - odd} in order, {odd} readable with remarks, {len(refused)} refused",
        markup=False,
    )
    return WRONG_CALL if refused else LINES_SET_ASIDE if odd else DONE


def show(console: Console, extract: extracts.Extract) -> None:
    table = Table(show_header=False)
    encoding = "utf-8 with byte order mark" if extract.byte_order_mark else extract.encoding
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
    console.print(extract.name, markup=False, soft_wrap=True)
    console.print(table)


def show_findings(console: Console, found: list[fields.Finding]) -> None:
    """What the fields show, without a value of any person. Much of it is common: it makes no file odd."""
    if not found:
        return
    table = Table("file", "field", "found", Column("number", justify="right"), "of")
    for finding in found:
        table.add_row(
            *map(escape, (finding.file, finding.field, finding.what)), f"{finding.number:,}", finding.counted
        )
    console.print(table)
