"""`cmr deidentify`: a copy of an extract without the people, from which every policy decides the same.

What becomes of each field stands in queries/deidentify; this module reads the key and carries the files.
"""

import json
import os
import re
import secrets
import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cmr import engine, project, sql
from cmr.build import warehouse
from cmr.commands.options import AsOf
from cmr.errors import DONE, SOMETHING_TO_LOOK_AT, CmrError, WrongCall, plain
from cmr.law import criteria
from cmr.progress import StageProgress
from cmr.terminal import Form, show_json
from cmr.workplace import check_folder, put_in_place, work_folder

if TYPE_CHECKING:
    import duckdb

KEY_BYTES = 32
# HMAC-SHA256 (RFC 2104): the key is padded to a block, once for each of its two passes.
BLOCK_BYTES = 64
INNER, OUTER = 0x36, 0x5C


@dataclass(frozen=True)
class Copied:
    """The place of the copies, and how many lines of each extract, by its name, cannot be read."""

    place: Path
    unread_lines: dict[str, int]

    @property
    def status(self) -> int:
        return SOMETHING_TO_LOOK_AT if any(self.unread_lines.values()) else DONE


def deidentify(paths: list[Path], *, out: Path, key: Path, as_of: AsOf, form: Form = "text") -> int:
    """Writes the copies, shows where they lie and returns the exit status; raises CmrError if it fails."""
    copied = ask(paths, out, key, as_of)
    show(copied, form)
    return copied.status


def ask(paths: list[Path], out: Path, key: Path, as_of: AsOf) -> Copied:
    """Writes the copies; raises CmrError if the call is wrong or it fails.

    One extract becomes the file `out`; several become `out/deidentified_1.csv` and so on, in the order given.
    """
    as_of.say_if_today("ages at today, {}, stay the same")
    folder = check_folder(out)
    if key.resolve().is_relative_to(folder):
        raise WrongCall(f"--key {key}: lies in the folder to be shared; put it elsewhere")
    secret = read_key(key)
    with work_folder(folder) as work, StageProgress() as progress:
        output = work / "output"
        output.mkdir()
        with warehouse.build(
            paths,
            as_of=as_of.day,
            county="all",
            criteria=criteria.read(None),
            folder=work,
            progress=progress,
            select=("resource_type:seed", "path:models/raw", "+int_charge_statutes"),
        ) as built:
            refuse_unread(built)
            progress.stage("Writing files")
            set_aside = write_copies(built, output, secret, as_of.day)
        put_in_place(output if len(paths) > 1 else output / "deidentified_1.csv", folder)
    names = (extract.name for extract in built.inspected)
    return Copied(folder, dict(zip(names, set_aside, strict=True)))


def show(copied: Copied, form: Form) -> None:
    """Shows where the copies lie, and what they lack."""
    if form == "json":
        show_json(copied)
        return
    for name, lines in copied.unread_lines.items():
        if lines:
            print(
                f"{name}: {lines:,} lines cannot be read; the copy says of them only whose they are,"
                " and which may be a conviction or a registration"
            )
    print(f"Files: {copied.place}")


def read_key(path: Path) -> bytes:
    """The key in the file, made on first use; raises CmrError if others could read it, or it is no key."""
    try:
        with suppress(FileExistsError):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(KEY_BYTES) + "\n")
            print(
                f"{path}: a new key; who has it can recognize people in the copy: never share it",
                file=sys.stderr,
            )
        if path.stat().st_mode & 0o077:
            raise WrongCall(f"--key {path}: others can read it; say chmod 600 {path}, or make a new one")
        text = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError as error:
        raise WrongCall(f"--key {path}: cannot be read or made: {error.strerror}") from None
    if not re.fullmatch(rf"[0-9a-f]{{{2 * KEY_BYTES}}}", text):
        raise WrongCall(f"--key {path}: no key; name a file that is not there yet, and one is made")
    return bytes.fromhex(text)


def refuse_unread(built: warehouse.Warehouse) -> None:
    """Raises CmrError for the first file that no line can be copied of."""
    read = dict(built.con.execute("select file_name, records from raw_reconciliation").fetchall())
    for extract in built.inspected:
        if not read.get(extract.name):
            raise CmrError(
                f"{extract.name}: none of its {extract.lines:,} lines can be read; cmr check says why;"
                " nothing was written"
            )


def write_copies(built: warehouse.Warehouse, output: Path, secret: bytes, as_of: date) -> list[int]:
    """Writes a copy of each file into `output`; returns how many lines of each cannot be read."""
    import duckdb

    script = warehouse.render(template(built.path.parent / "tmp" / "records.csv"), built.path)
    odd_lines = built.path.parent / "tmp" / "odd_lines.csv"
    try:
        con = built.con
        set_variables(con, secret, as_of)
        con.execute(script)
        for number, extract in enumerate(built.inspected, 1):
            path = output / f"deidentified_{number}.csv"
            copy_to(
                con,
                f"""
                select records.* exclude (line_id)
                from deidentified_records as records
                inner join raw_extract_files as files
                    on records.line_id >= files.first_line_id
                    and records.line_id < files.first_line_id + files.lines - files.undecoded_lines
                where files.file_id = {number}
                order by records.line_id
                """,
                path,
                header=extract.has_header,
            )
            copy_to(
                con,
                f"select * exclude (file_id) from deidentified_odd_lines where file_id = {number} order by all",
                odd_lines,
                header=False,
            )
            with odd_lines.open("rb") as source, path.open("ab") as target:
                shutil.copyfileobj(source, target)
        set_aside = con.execute("select set_aside_lines from raw_reconciliation order by file_id")
        return [int(lines) for (lines,) in set_aside.fetchall()]
    except duckdb.Error as error:
        raise CmrError(plain("the copy cannot be written", str(error))) from error


def copy_to(con: "duckdb.DuckDBPyConnection", query: str, path: Path, *, header: bool) -> None:
    """Writes what a query finds as CSV."""
    con.execute(
        f"copy ({query}) to {engine.literal(path)} (format csv, header {str(header).lower()}, comment '')"
    )


def set_variables(con: "duckdb.DuckDBPyConnection", secret: bytes, as_of: date) -> None:
    """What the SQL has to be told, and what no file keeps."""
    block = secret.ljust(BLOCK_BYTES, b"\0")
    con.execute("set variable inner_key = ?::blob", [bytes(byte ^ INNER for byte in block)])
    con.execute("set variable outer_key = ?::blob", [bytes(byte ^ OUTER for byte in block)])
    con.execute("set variable as_of = ?", [as_of])


def template(spool: Path) -> str:
    """queries/deidentify/copy.sql, told the columns of an extract, which of them are personal, and a file to work with."""
    rows = project.seed("doj_extract_columns")
    values = {
        "columns": [row["name"] for row in rows],
        "personal": [row["name"] for row in rows if row["is_personal"] == "true"],
        "spool": str(spool),
    }
    told = "".join(
        f"{{%- set {name} = {json.dumps(value, ensure_ascii=False)} -%}}\n" for name, value in values.items()
    )
    return told + sql.query("deidentify/copy")
