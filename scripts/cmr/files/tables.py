"""CSV files as queries, written side by side by DuckDB."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cmr import engine
from cmr.progress import timed

if TYPE_CHECKING:
    import duckdb


Done = TypeVar("Done")

# Each line is written as the text that it came in plus the analysis, so nothing may be quoted again.
AS_TEXT = r"(format csv, header true, delimiter e'\x01\x02', quote '', escape '')"
# Without a comment sign, or the # of the segment separators would be quoted.
AS_CSV = "(format csv, header true, comment '')"
# What is made on the way lies in memory, where all cursors see it, and not in the run's warehouse.
SCRATCH = "scratch"
# As many as the files of one county have parts.
COPIES_AT_ONCE = 8
APPENDED_AT_ONCE = 16 << 20


@dataclass(frozen=True)
class Table:
    """A CSV file, with the queries whose rows it has one after the other, and the style of its COPY.

    It is a county's, or that of a run over all counties.
    """

    county: str
    path: Path
    queries: list[str]
    style: str

    def part(self, number: int) -> Path:
        """Where the rows of a query are written; those of the first already into the file."""
        return self.path.with_name(f"{self.path.name}.{number}") if number else self.path

    def join(self) -> None:
        """Appends the other parts to the first."""
        with self.path.open("ab") as whole:
            for number in range(1, len(self.queries)):
                part = self.part(number)
                with part.open("rb") as rest:
                    shutil.copyfileobj(rest, whole, APPENDED_AT_ONCE)
                part.unlink()


def side_by_side(
    con: duckdb.DuckDBPyConnection,
    works: Sequence[Callable[[duckdb.DuckDBPyConnection], Done]],
    at_once: int,
    tell: Callable[[int, Done], None] = lambda place, done: None,
) -> None:
    """Does works together, each with a cursor of its own. `tell` gets the place of each that is done, and what came
    of it. Where one fails, or the run is stopped, the others end too. A work alone needs no thread to wait for."""
    if len(works) == 1:
        return tell(0, works[0](con))
    cursors = [con.cursor() for _ in works]
    with ThreadPoolExecutor(at_once) as pool:
        try:
            places = {pool.submit(works[place], cursor): place for place, cursor in enumerate(cursors)}
            for future in as_completed(places):
                tell(places[future], future.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for cursor in cursors:
                cursor.interrupt()
            raise


def copy_side_by_side(
    con: duckdb.DuckDBPyConnection,
    tables: list[Table],
    seconds: dict[str, float],
    progress: Callable[[str, str], None],
) -> dict[tuple[str, str], int]:
    """Write the files together: one that is bound by its own order leaves processors to the others.

    Returns the rows written by county and file name.
    """
    parts = [(table, number) for table in tables for number in range(len(table.queries))]
    missing = {table.path: len(table.queries) for table in tables}
    rows = dict.fromkeys(((table.county, table.path.name) for table in tables), 0)

    def copy(table: Table, number: int, cursor: duckdb.DuckDBPyConnection) -> int:
        style = table.style if number == 0 else table.style.replace("header true", "header false")
        with timed(seconds, table.path.name):
            copied = cursor.execute(
                f"copy ({table.queries[number]}) to {engine.literal(table.part(number))} {style}"
            )
            [(written,)] = copied.fetchall()
        return int(written)

    def tell(place: int, written: int) -> None:
        table, _ = parts[place]
        rows[table.county, table.path.name] += written
        missing[table.path] -= 1
        if not missing[table.path]:
            table.join()
            progress(table.county, table.path.name)

    side_by_side(con, [partial(copy, *part) for part in parts], COPIES_AT_ONCE, tell)
    return rows


def made_once(con: duckdb.DuckDBPyConnection, county: str, name: str, query: str) -> str:
    """Where to select the rows of a query from, which have a county: for all counties a table that is made now, or else
    each of them would work out the rows of all."""
    if county != "all":
        return f"({query})"
    con.execute(f"create table {SCRATCH}.{name} as select * from ({query}) order by county")
    return f"{SCRATCH}.{name}"


def for_spreadsheets(con: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> str:
    """Columns of a table as a spreadsheet may open them."""
    kinds = dict(con.execute(f"select column_name, column_type from (describe {table})").fetchall())
    return ", ".join(
        f"{for_spreadsheet(name)} as {name}" if kinds[name] == "VARCHAR" else name for name in columns
    )


def for_spreadsheet(column: str) -> str:
    """The text of a column with an apostrophe ahead of what a spreadsheet would run as a formula.

    For the files that people read. In those that courts load, every value stays as it came.
    """
    return (
        f"case when regexp_matches({column}, '^[=+@\\t\\r\\n-]') and {column} <> '-'"
        f" then chr(39) || {column} else {column} end"
    )


def csv_field(column: str) -> str:
    """The value of a column as one CSV field."""
    text = f"cast({column} as varchar)"
    return (
        f"case when regexp_matches({text}, '[\",\\n\\r]')"
        f" then '\"' || replace({text}, '\"', '\"\"') || '\"' else {text} end"
    )
