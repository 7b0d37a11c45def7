"""Opens the warehouse of a finished run to be queried, never to be changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cmr import engine, project
from cmr.errors import CmrError, WrongCall, meaning_of

if TYPE_CHECKING:
    import duckdb

NEEDED = {"dim_policy_rules", "fct_decisions", "run_settings"}


def warehouse_file(run: Path | None) -> Path:
    """The DuckDB file of a run: in its folder, or the file itself; without either, what `dbt build` makes."""
    if run is None:
        path = Path(os.environ.get("CMR_WAREHOUSE") or project.root() / "data" / "warehouse.duckdb")
        hint = "; name a run's folder with --run, or make one with cmr run"
    else:
        path, hint = (run / "warehouse.duckdb" if run.is_dir() else run), ""
    if not path.is_file():
        raise WrongCall(f"{path}: no such warehouse{hint}")
    return path


def spill_folder() -> Path:
    """Where what does not fit in memory goes: it is confidential, so not the system's temporary folder."""
    return Path(os.environ.get("CMR_TEMP") or project.root() / "data" / "tmp")


@contextmanager
def opened(path: Path, spill: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads the warehouse and cannot write to it.

    What does not fit in memory goes to `spill`, or where the project keeps such things. What the engine says of a failure may quote a person's data and is not shown.
    """
    import duckdb

    with duckdb.connect(":memory:", config=project.OFFLINE) as con:
        con.execute("set temp_directory = ?", [engine.place(spill or spill_folder())])
        con.execute("set memory_limit = ?", [os.environ.get("CMR_MEMORY_LIMIT", "3GB")])
        try:
            # Its views name their database: it must be called warehouse, whatever the file is called.
            con.execute(f"attach {engine.literal(path.absolute())} as warehouse (read_only)")
            con.execute("use warehouse")
            found = {name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()}
        except duckdb.Error as error:
            locked = "lock" in str(error)
            cause = "another program is writing to it" if locked else "not a DuckDB file of this version"
            raise CmrError(f"{path}: {cause}") from error
        if not found >= NEEDED:
            raise CmrError(f"{path}: not the warehouse of a finished run")
        try:
            yield con
        except duckdb.Error as error:
            cause = meaning_of(str(error)) or "another version of the project made it; make the run anew"
            raise CmrError(f"{path}: cannot be queried: {cause}") from error


def policies(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The titles of the policies that the warehouse has decisions of, by id, in order."""
    query = """
        select policy, title from policies
        where policy in (select policy from dim_policy_rules)
        order by policy_order
    """
    return dict(con.execute(query).fetchall())
