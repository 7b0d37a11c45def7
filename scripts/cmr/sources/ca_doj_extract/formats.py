"""Tells a DOJ extract from other files by its first bytes. No message quotes a field of a data line."""

import codecs
import csv
import re
from collections import Counter
from pathlib import Path

from cmr import project
from cmr.errors import WrongCall
from cmr.sources.ca_doj_extract.pieces import CHUNK

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


def first_lines(path: Path, chunk: bytes) -> tuple[bool, Counter[int]]:
    """Whether the file has a header, and how many of its first lines have how many fields.

    Raises WrongCall for what is no DOJ extract: another format, a wrong header, lines of another length.
    """
    for offset, magic, what in OTHER_FORMATS:
        if chunk.startswith(magic, offset):
            raise WrongCall(f"{path}: not a DOJ extract but {what}")
    if chunk[:1000].count(b"\0") > 250:
        raise WrongCall(f"{path}: not a DOJ extract but UTF-16 text or a binary file")
    text = chunk.removeprefix(codecs.BOM_UTF8).decode("latin-1")
    # splitlines() would also split at the form feeds and separators of other alphabets
    lines = re.split("\r\n|\n|\r" if "\n" not in text else "\r?\n", text, maxsplit=FIRST_LINES + 1)
    lines = [line.replace("\0", " ") for line in lines[: FIRST_LINES + 1]]
    has_header = check_header(path, split_line(lines[0]))
    fields_of_lines: Counter[int] = Counter()
    for line in lines[has_header:][:FIRST_LINES]:
        if line:
            fields = split_line(line)
            fields_of_lines[len(fields) - (len(fields) == 96 and not fields[-1])] += 1
    if not fields_of_lines:
        what = "has a header but no data lines" if has_header else "holds nothing but blank lines"
        raise WrongCall(f"{path}: {what}")
    columns = len(project.extract_columns())
    if columns not in fields_of_lines:
        if chunk.lstrip()[:1] in (b"{", b"["):
            raise WrongCall(f"{path}: not a DOJ extract but JSON")
        if chunk.lstrip()[:1] == b"<":
            raise WrongCall(f"{path}: not a DOJ extract but XML or HTML")
        found = " or ".join(str(n) for n, _ in fields_of_lines.most_common(3))
        raise WrongCall(
            f"{path}: not a DOJ extract: its lines have {found} comma-separated fields, expected {columns}"
        )
    return has_header, fields_of_lines


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
