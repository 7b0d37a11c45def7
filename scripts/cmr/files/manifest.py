"""The manifest of a run: what it put out, hashed, and how to tell later whether it is as it was."""

import hashlib
import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmr import project
from cmr.errors import WrongCall

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


def count_rows(con: "duckdb.DuckDBPyConnection", names: list[str]) -> dict[str, int]:
    """Rows of each table."""
    counts = " union all ".join(f"""select '{name}', count(*) from "{name}" """ for name in names)
    return dict(con.execute(counts).fetchall())


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


def git_state() -> tuple[str | None, bool | None]:
    """The project's commit and whether its files differ from it; None if it is no git repository."""
    command = ["git", "-C", str(project.root())]
    try:
        commit, status = (
            subprocess.run([*command, *words], capture_output=True, text=True, check=True).stdout.strip()
            for words in (["rev-parse", "HEAD"], ["status", "--porcelain"])
        )
    except (OSError, subprocess.CalledProcessError):
        return None, None
    return commit, bool(status)
