"""Looks extract files over before anything is built: one pass over the bytes of each.

What is found out here decides how the raw layer reads a file (encoding, header) and what is refused outright.
Fields, people and dates are the business of the dbt models. No message quotes a field of a data line.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from cmr import engine
from cmr.errors import CmrError, WrongCall
from cmr.sources.ca_doj_extract.formats import FIRST_LINES, first_lines
from cmr.sources.ca_doj_extract.pieces import chunks, readable
from cmr.sources.ca_doj_extract.scan import Scan


@dataclass(frozen=True)
class Extract:
    """One extract file as its bytes show it; all counts are of the whole file."""

    path: Path
    name: str  # the file's name; with as much of its folder as tells it from another file of the run
    size: int  # bytes
    modified: int  # time of last change, nanoseconds
    sha256: str
    encoding: str  # utf-8 or latin-1
    byte_order_mark: bool
    mixed_encoding: bool  # UTF-8 and other bytes side by side: the lines with other bytes are set aside
    line_ending: str  # LF, CRLF, CR or mixed
    lines: int  # physical lines, header and blank lines included
    has_header: bool
    ends_with_newline: bool
    nul_bytes: int
    stray_carriage_returns: int  # in the midst of a line
    windows_bytes: int  # 0x80-0x9f, letters and quotes of Windows-1252, in a file that is not UTF-8
    quotes: int
    fields: dict[int, int] = field(
        default_factory=dict
    )  # number of fields: lines that have it, of the first 50

    @property
    def data_lines(self) -> int:
        """Physical lines without the header."""
        return self.lines - self.has_header

    @property
    def remarks(self) -> list[str]:
        """What a careful reader should know about the file, though the run can read it."""
        other_fields = sum(n for fields, n in self.fields.items() if fields != 95)
        found = [
            (self.mixed_encoding, "mixes UTF-8 and another encoding: lines that are not UTF-8 are set aside"),
            (self.line_ending == "mixed", "line ends differ from line to line: read all the same"),
            (self.line_ending == "CR", "lines end with a carriage return alone: read all the same"),
            (self.nul_bytes, f"{self.nul_bytes:,} NUL bytes, read as blanks"),
            (
                self.stray_carriage_returns,
                f"{self.stray_carriage_returns:,} carriage returns inside lines, read as blanks",
            ),
            (self.windows_bytes, f"{self.windows_bytes:,} bytes of Windows-1252, read as such"),
            (self.quotes % 2, "an odd number of quotation marks: somewhere a quoted field is not closed"),
            (not self.ends_with_newline, "the last line has no line end: was the file cut off?"),
            (other_fields, f"{other_fields} of the first {FIRST_LINES} lines don't have 95 fields"),
        ]
        return [text for holds, text in found if holds]

    @property
    def needs_copy(self) -> bool:
        """True if DuckDB's CSV reader can't take the bytes as they are."""
        return bool(
            self.line_ending in ("mixed", "CR")
            or self.nul_bytes
            or self.stray_carriage_returns
            or self.windows_bytes
        )

    def check_unchanged(self) -> None:
        """Raises WrongCall if the file was written to after it was inspected."""
        try:
            now = self.path.stat()
        except OSError:
            now = None
        if now is None or (now.st_size, now.st_mtime_ns) != (self.size, self.modified):
            raise CmrError(f"{self.path}: changed during the run; start again once it is complete")


def inspect(paths: list[Path], progress: Callable[[int], None] = lambda done: None) -> list[Extract]:
    """Inspects all extract files of a run, several at once; `progress` is told of bytes read.

    Raises WrongCall for the first file that is no DOJ extract, and for a file given twice.
    """
    names = distinct_names(paths)
    with ThreadPoolExecutor(max_workers=4) as pool:
        extracts = list(pool.map(partial(inspect_file, progress=progress), paths, names))
    check_given_once(extracts)
    return extracts


def total_size(paths: list[Path]) -> int:
    """Bytes of all files together; those that can't be looked at count nothing."""
    size = 0
    for path in paths:
        with suppress(OSError):
            size += path.stat().st_size
    return size


def check_given_once(extracts: list[Extract]) -> None:
    """Raises WrongCall if two files hold the same bytes: every line would count twice."""
    seen: dict[str, Extract] = {}
    for extract in extracts:
        first = seen.setdefault(extract.sha256, extract)
        if first is not extract:
            raise WrongCall(f"{extract.path}: the same file as {first.path}; give it once")


def distinct_names(paths: list[Path]) -> list[str]:
    """The files' names, each with as many of its folders as it takes to tell all of them apart."""
    resolved = [Path(engine.spelled(os.path.abspath(path))) for path in paths]
    for path, times in Counter(resolved).items():
        if times > 1:
            raise WrongCall(f"{path}: given twice")
    depths = [1] * len(resolved)
    while True:
        names = ["/".join(path.parts[-depth:]) for path, depth in zip(resolved, depths, strict=True)]
        alike = {name for name, times in Counter(names).items() if times > 1}
        if not alike:
            return names
        depths = [depth + (name in alike) for depth, name in zip(depths, names, strict=True)]


def look(paths: list[Path]) -> None:
    """Raises WrongCall for the first file whose beginning shows that it is no DOJ extract, or that can't be read."""
    for path in paths:
        with readable(path):
            first_lines(path, next(chunks(path)))


def inspect_file(path: Path, name: str, progress: Callable[[int], None] = lambda done: None) -> Extract:
    """Inspects one file; raises WrongCall if it can't be read or is no DOJ extract."""
    with readable(path) as status:
        scan = Scan(path)
        # The hash releases Python's lock, so it costs next to nothing beside the scan.
        with ThreadPoolExecutor(max_workers=1) as hasher:
            digest = hashlib.sha256()
            pending = None
            for chunk in chunks(path):
                if pending:
                    pending.result()
                pending = hasher.submit(digest.update, chunk)
                scan.add(chunk)
                progress(len(chunk))
        scan.finish()
    if scan.size != status.st_size:
        raise WrongCall(f"{path}: changed while it was read; start again once it is complete")
    return Extract(
        path=path,
        name=name,
        size=scan.size,
        modified=status.st_mtime_ns,
        sha256=digest.hexdigest(),
        encoding=scan.encoding,
        byte_order_mark=scan.byte_order_mark,
        mixed_encoding=scan.encoding == "utf-8" and scan.other_bytes,
        line_ending=scan.line_ending,
        lines=scan.lines,
        has_header=scan.has_header,
        ends_with_newline=scan.ends_with_newline,
        nul_bytes=scan.nul_bytes,
        stray_carriage_returns=scan.stray_carriage_returns,
        windows_bytes=scan.windows_bytes if scan.encoding == "latin-1" else 0,
        quotes=scan.quotes,
        fields=dict(scan.fields),
    )
