"""Looks extract files over before anything is built: one pass over the bytes of each.

What is found out here decides how the raw layer reads a file (encoding, header) and what is refused outright.
Fields, people and dates are the business of the dbt models. No message quotes a field of a data line.
"""

import codecs
import csv
import hashlib
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from cmr import engine, project
from cmr.errors import CmrError, WrongCall

CHUNK = 8 << 20
# A piece and its decoded text stay in the processor's cache, which is much faster than whole chunks.
PIECE = 64 << 10
FIRST_LINES = 50

# First bytes of formats that people mistake for the extract; one at an offset is given with it.
OTHER_FORMATS = (
    (0, b"\x1f\x8b", "gzip-compressed: unpack it first"),
    (0, b"PK\x03\x04", "a zip archive or an Excel workbook: unpack it, or save it as CSV"),
    (0, b"BZh", "bzip2-compressed: unpack it first"),
    (0, b"\xfd7zXZ\x00", "xz-compressed: unpack it first"),
    (0, b"\x28\xb5\x2f\xfd", "zstd-compressed: unpack it first"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-zip archive: unpack it first"),
    (0, b"\xd0\xcf\x11\xe0", "an old Excel or Word file: save it as CSV"),
    (0, b"%PDF", "a PDF file"),
    (0, b"PAR1", "a Parquet file"),
    (0, b"SQLite format 3", "an SQLite database"),
    (8, b"DUCK", "a DuckDB database"),
    (0, codecs.BOM_UTF16_LE, "UTF-16 text: save it as UTF-8"),
    (0, codecs.BOM_UTF16_BE, "UTF-16 text: save it as UTF-8"),
)

MULTI_BYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
ALL_BUT_CONTINUATION = bytes(b for b in range(256) if not 0x80 <= b <= 0xBF)
ALL_BUT_C1 = bytes(b for b in range(256) if not 0x80 <= b <= 0x9F)

# What Windows-1252 has where Latin-1 has control characters; five bytes are defined in neither.
WINDOWS_1252 = {b: bytes([b]).decode("cp1252") for b in range(0x80, 0xA0) if b not in b"\x81\x8d\x8f\x90\x9d"}


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
            Scan(path).look_at_start(next(chunks(path)))


@contextmanager
def readable(path: Path) -> Iterator[os.stat_result]:
    """What the system knows of a file that the block reads; raises WrongCall if it can't be read or holds nothing."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise WrongCall(f"{path}: a folder; give the extract files in it")
        if not stat.S_ISREG(status.st_mode):
            raise WrongCall(f"{path}: not a regular file")
        if status.st_size == 0:
            raise WrongCall(f"{path}: the file is empty")
        yield status
    except FileNotFoundError:
        raise WrongCall(f"{path}: no such file") from None
    except PermissionError:
        raise WrongCall(f"{path}: no permission to read it") from None
    except OSError as error:
        raise WrongCall(f"{path}: cannot be read: {error.strerror}") from None


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


def chunks(path: Path) -> Iterator[bytes]:
    """The file's bytes in large pieces, none of which ends between a carriage return and its line feed."""
    with path.open("rb", buffering=0) as file:
        held = b""
        while read := file.read(CHUNK):
            chunk = held + read
            held = b"\r" if chunk.endswith(b"\r") else b""
            if chunk := chunk.removesuffix(held):
                yield chunk
        if held:
            yield held


class Scan:
    """Counts over the bytes of one file, chunk by chunk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self.line_feeds = self.carriage_returns = self.both = 0
        self.nul_bytes = self.windows_bytes = self.quotes = 0
        self.multi_byte = self.other_bytes = self.byte_order_mark = self.has_header = False
        self.fields: Counter[int] = Counter()
        self.last = b""
        self.decoder = codecs.getincrementaldecoder("utf-8")()

    @property
    def encoding(self) -> str:
        """Latin-1 if there are bytes that are not UTF-8 and no character of more than one byte that is."""
        return "latin-1" if self.other_bytes and not self.multi_byte else "utf-8"

    @property
    def stray_carriage_returns(self) -> int:
        return self.carriage_returns - self.both if self.line_feeds else 0

    @property
    def line_ending(self) -> str:
        if not self.line_feeds:
            return "CR" if self.carriage_returns else "LF"
        return "LF" if not self.both else "CRLF" if self.both == self.line_feeds else "mixed"

    @property
    def ends_with_newline(self) -> bool:
        return self.last == (b"\r" if self.line_ending == "CR" else b"\n")

    @property
    def lines(self) -> int:
        return (self.line_feeds or self.carriage_returns) + (not self.ends_with_newline)

    def add(self, chunk: bytes) -> None:
        if self.size == 0:
            self.look_at_start(chunk)
            self.byte_order_mark = chunk.startswith(codecs.BOM_UTF8)
            self.multi_byte = self.byte_order_mark
        self.size += len(chunk)
        self.last = chunk[-1:]
        self.line_feeds += chunk.count(b"\n")
        self.quotes += chunk.count(b'"')
        if b"\r" in chunk:
            self.carriage_returns += chunk.count(b"\r")
            self.both += chunk.count(b"\r\n")
        if b"\0" in chunk:
            self.nul_bytes += chunk.count(b"\0")
        if not chunk.isascii():
            for start in range(0, len(chunk), PIECE):
                self.add_encoded(chunk[start : start + PIECE])
        elif not self.other_bytes:
            self.add_encoded(chunk[:1])

    def add_encoded(self, piece: bytes) -> None:
        """Which encoding the bytes beyond ASCII speak for."""
        if not self.other_bytes:
            try:
                decoded = self.decoder.decode(piece)
                self.multi_byte = self.multi_byte or not decoded.isascii()
            except UnicodeDecodeError:
                self.other_bytes = True
        if piece.isascii():
            return
        # A character of several bytes ends in one of 0x80-0xbf, which Latin-1 text hardly ever has.
        if not self.multi_byte and piece.translate(None, ALL_BUT_CONTINUATION):
            self.multi_byte = MULTI_BYTE.search(piece) is not None
        if not self.multi_byte:
            self.windows_bytes += len(piece.translate(None, ALL_BUT_C1))

    def finish(self) -> None:
        if not self.other_bytes:
            try:
                self.decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                self.other_bytes = True

    def look_at_start(self, chunk: bytes) -> None:
        """Refuses what is no DOJ extract: another format, a wrong header, lines of another length."""
        for offset, magic, what in OTHER_FORMATS:
            if chunk.startswith(magic, offset):
                raise WrongCall(f"{self.path}: not a DOJ extract but {what}")
        if chunk[:1000].count(b"\0") > 250:
            raise WrongCall(f"{self.path}: not a DOJ extract but UTF-16 text or a binary file")
        text = chunk.removeprefix(codecs.BOM_UTF8).decode("latin-1")
        # splitlines() would also split at the form feeds and separators of other alphabets
        lines = re.split("\r\n|\n|\r" if "\n" not in text else "\r?\n", text, maxsplit=FIRST_LINES + 1)
        lines = [line.replace("\0", " ") for line in lines[: FIRST_LINES + 1]]
        self.has_header = check_header(self.path, split_line(lines[0]))
        for line in lines[self.has_header :][:FIRST_LINES]:
            if line:
                fields = split_line(line)
                self.fields[len(fields) - (len(fields) == 96 and not fields[-1])] += 1
        if not self.fields:
            what = "has a header but no data lines" if self.has_header else "holds nothing but blank lines"
            raise WrongCall(f"{self.path}: {what}")
        columns = len(project.extract_columns())
        if columns not in self.fields:
            if chunk.lstrip()[:1] in (b"{", b"["):
                raise WrongCall(f"{self.path}: not a DOJ extract but JSON")
            if chunk.lstrip()[:1] == b"<":
                raise WrongCall(f"{self.path}: not a DOJ extract but XML or HTML")
            found = " or ".join(str(n) for n, _ in self.fields.most_common(3))
            raise WrongCall(
                f"{self.path}: not a DOJ extract: its lines have {found} comma-separated fields,"
                f" expected {columns}"
            )


def split_line(line: str) -> list[str]:
    """The fields of one physical line."""
    csv.field_size_limit(2 * CHUNK)
    try:
        return next(csv.reader([line]), [""])
    except csv.Error:
        return [""]


def check_header(path: Path, names: list[str]) -> bool:
    """True if the first line is the header, False if it is data; raises WrongCall if it is another header."""
    expected = project.extract_columns()
    found = [name.strip() for name in names]
    if len({name.upper() for name in found} & set(expected)) < 10:  # no data line holds ten column names
        return False
    if len(found) == len(expected) + 1 and not found[-1]:
        found.pop()
    if found == expected:
        return True
    for position, name in enumerate(expected, 1):
        here = found[position - 1] if position <= len(found) else "nothing"
        if here == name:
            continue
        if here in expected:
            what = f"{here}, which belongs in column {expected.index(here) + 1}"
        else:
            what = here if re.fullmatch(r"\w{1,40}", here) else "no name of a column"
        raise WrongCall(f"{path}: line 1: header column {position} must be {name}; found {what}")
    raise WrongCall(f"{path}: line 1: the header has {len(found)} columns, expected {len(expected)}")


def unprepared(paths: list[Path], folder: Path) -> list[dict[str, str]]:
    """How the raw layer is to read the files if they are what most are: UTF-8, and good to read as they are.

    A file whose name DuckDB would take for more than a name is read through a link in `folder`.
    """
    return [as_it_is(path, name, folder) for path, name in zip(paths, distinct_names(paths), strict=True)]


def as_it_is(path: Path, name: str, folder: Path, encoding: str = "utf-8") -> dict[str, str]:
    return {"path": str(engine.readable(path, folder)), "name": name, "encoding": encoding}


def prepared(extract: Extract, folder: Path) -> dict[str, str]:
    """How the raw layer is to read the extract: an item of the dbt variable `extracts`.

    If DuckDB can't take the bytes as they are, a UTF-8 copy with the same physical lines, ended by LF, is put
    into `folder` and read in the file's stead, under the file's own name.
    """
    if not extract.needs_copy:
        return as_it_is(extract.path, extract.name, folder, extract.encoding)
    copy = folder / f"{extract.sha256}.csv"
    with copy.open("wb") as file:
        for chunk in chunks(extract.path):
            chunk = chunk.replace(b"\0", b" ").replace(b"\r\n", b"\n")
            chunk = chunk.replace(b"\r", b"\n" if extract.line_ending == "CR" else b" ")
            if extract.encoding == "latin-1":
                chunk = chunk.decode("latin-1").translate(WINDOWS_1252).encode()
            file.write(chunk)
    return {"path": str(copy), "name": extract.name, "encoding": "utf-8"}
