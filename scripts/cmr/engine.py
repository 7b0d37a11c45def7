"""Names files to DuckDB, which takes a path for more than a name.

It reads a path as a pattern, takes a backslash for a slash, and puts a database's log where a question mark is. Every
path that the command tells it comes from here; macros/engine/files.sql names files in the project's SQL.
"""

import hashlib
import os
import re
from pathlib import Path

from cmr import sql
from cmr.errors import WrongCall

PATTERN = re.compile(r"[*?\[\\]")
# In bytes; what is put behind a name must fit within the 255 that file systems take.
LONGEST_NAME = 100
QUESTION_MARK = "a question mark"


def is_text(name: str) -> bool:
    """Whether a name's bytes are UTF-8: Python carries others along, and DuckDB takes none."""
    return name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name)


def spelled(name: str) -> str:
    """A name as text that can be stored and shown: bytes that are not UTF-8 as in \\xff."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def place(path: Path, new_database: bool = False) -> str:
    """A path at which DuckDB is to spill, to write, or to open a database; raises WrongCall if it cannot.

    `new_database`: whether it is to make one there.
    """
    name = str(path)
    for what in hindrances(name):
        if new_database or what != QUESTION_MARK:
            raise WrongCall(f"{path}: DuckDB cannot work where a name has {what}; choose another place")
    return name


def hindrances(name: str) -> list[str]:
    """What in a name keeps DuckDB from making a database there."""
    found = {
        "a backslash": "\\" in name,
        QUESTION_MARK: "?" in name,
        "bytes that are not UTF-8": not is_text(name),
    }
    return [what for what, there in found.items() if there]


def literal(path: Path) -> str:
    """Such a path inside a statement."""
    return sql.quote(place(path))


def readable(path: Path, folder: Path) -> Path:
    """A path under which DuckDB reads this file and no other: its own, or that of a link to it in `folder`."""
    path = path.resolve()
    if is_text(str(path)) and not PATTERN.search(str(path)):
        return path
    link = folder / f"{hashed(str(path))}.link"
    if not link.is_symlink():
        link.symlink_to(path)
    return link


def beside(out: Path, ending: str) -> Path:
    """A hidden path beside `out` for what is made on the way there, whatever name `out` has."""
    fits = not hindrances(out.name) and len(os.fsencode(out.name)) <= LONGEST_NAME
    return out.with_name(f".{out.name if fits else hashed(out.name)}.{ending}")


def hashed(name: str) -> str:
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:16]
