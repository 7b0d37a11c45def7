"""What a run put out, hashed: for its manifest, and for `cmr verify` later."""

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from cmr import engine
from cmr.errors import DONE, FAILED, WrongCall
from cmr.project import OFFLINE

if TYPE_CHECKING:
    import duckdb

MANIFEST = "manifest.json"
WAREHOUSE = "warehouse.duckdb"
# The only words in a run's files that differ when the run is made again.
SECONDS = "processingTimeInSeconds"
# Where the run's machine keeps its files is no part of what was found.
PLACES = ("path",)


def describe(folder: Path, tables: dict[str, str]) -> list[dict[str, Any]]:
    """Name, size in bytes and SHA-256 of every file of a run but its manifest, in the order of their names.

    A file whose bytes differ when the same run is made again has a second hash, `content_sha256`, of what
    does not: of summary.json without the seconds, and of the warehouse's `tables`, which are their hashes.
    """
    paths = [path for path in files(folder) if path.name != MANIFEST]
    with ThreadPoolExecutor(max_workers=4) as pool:
        described = list(pool.map(partial(describe_file, folder), paths))
    for entry in described:
        if entry["name"] == WAREHOUSE:
            entry |= {"content_sha256": digest(tables), "tables": tables}
    return described


def describe_file(folder: Path, path: Path) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": path.relative_to(folder).as_posix(),
        "size": path.stat().st_size,
        "sha256": sha256(path),
    }
    if path.name == "summary.json":
        summary = json.loads(path.read_text(encoding="utf-8"))
        summary.pop(SECONDS, None)
        entry["content_sha256"] = digest(summary)
    return entry


def content_digest(outputs: list[dict[str, Any]]) -> str:
    """One hash of all that a run found: equal for two runs if and only if their files say the same."""
    return digest({entry["name"]: entry.get("content_sha256", entry["sha256"]) for entry in outputs})


def table_hashes(con: "duckdb.DuckDBPyConnection") -> dict[str, str]:
    """A hash of the rows of each table in any order, with their number: what a warehouse holds, whatever the
    bytes of its file. Made with DuckDB's own hash function: equal only under one version of it."""
    tables = con.execute(
        "select table_name, list(column_name) from duckdb_columns()"
        " where not internal and database_name = current_database()"
        " and table_name in (select table_name from duckdb_tables() where not temporary)"
        " group by table_name order by table_name"
    ).fetchall()
    hashes = {}
    for table, columns in tables:
        exclude = [f'"{column}"' for column in PLACES if column in columns]
        rows = f'select *{" exclude (" + ", ".join(exclude) + ")" if exclude else ""} from "{table}"'
        [(count, total)] = con.execute(f"select count(*), sum(hash(t)) from ({rows}) as t").fetchall()
        hashes[table] = f"{count}:{int(total or 0):032x}"
    return hashes


def files(folder: Path) -> Iterator[Path]:
    """All files in a folder and below, in the order of their names."""
    return (path for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir())


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run's folder; raises WrongCall if there is none that can be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WrongCall(f"{folder}: no folder of a run: it has no {MANIFEST}") from None
    except (OSError, ValueError):
        raise WrongCall(f"{folder / MANIFEST}: cannot be read as a manifest") from None
    if not isinstance(manifest, dict) or not isinstance(manifest.get("outputs"), list):
        raise WrongCall(f"{folder / MANIFEST}: names no outputs: made by an older version?")
    return manifest


def verify(folder: Path) -> int:
    """Prints what of a run's folder is not as its manifest has it; returns DONE if all is, else FAILED."""
    outputs = {entry["name"]: entry for entry in read_manifest(folder)["outputs"]}
    found = {path.relative_to(folder).as_posix(): path for path in files(folder)}
    found.pop(MANIFEST)
    kept = [name for name in outputs if name in found]
    with ThreadPoolExecutor(max_workers=4) as pool:
        hashes = pool.map(hash_or_none, (found[name] for name in kept))
    differences = [
        (name, "changed" + what_changed(found[name], outputs[name]))
        for name, now in zip(kept, hashes, strict=True)
        if now != outputs[name]["sha256"]
    ]
    differences += [(name, "missing") for name in outputs if name not in found]
    differences += [(name, "not of this run") for name in found if name not in outputs]
    console = Console(highlight=False, markup=False)
    if differences:
        table = Table("file", "what")
        for name, what in sorted(differences):
            table.add_row(name, what)
        console.print(table)
    console.print(f"{len(outputs)} files of the run, {len(differences)} differences")
    console.print(f"SHA-256 of {MANIFEST}: {sha256(folder / MANIFEST)}", soft_wrap=True)
    return FAILED if differences else DONE


def hash_or_none(path: Path) -> str | None:
    """The file's SHA-256; None for a link, which no run writes, and for what cannot be read."""
    try:
        return None if path.is_symlink() else sha256(path)
    except OSError:
        return None


def what_changed(path: Path, entry: dict[str, Any]) -> str:
    """More on a changed file, where more is known: the tables of a warehouse, the size of another file."""
    if path.is_symlink():
        return ": a link now"
    if path.name != WAREHOUSE:
        size = path.stat().st_size
        return f": {size - entry['size']:+,} bytes" if size != entry["size"] else ""
    import duckdb

    try:
        with duckdb.connect(engine.place(path.resolve()), read_only=True, config=OFFLINE) as con:
            now = table_hashes(con)
    except duckdb.Error:
        return ": cannot be opened"
    before = entry.get("tables", {})
    changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    return f": {', '.join(changed)}" if changed else ": its bytes only; every table is as it was"
