"""Write a synthetic CA DOJ extract of any size.

Every field of the 95 is filled the way real extracts have it (queries/generate), and everything in it is invented. The same arguments give the same bytes, on any
number of threads: all that looks random is a function of the seed and of the person, cycle, event, count or
line that it is about.
"""

from __future__ import annotations

import dataclasses
import difflib
import itertools
import os
import shutil
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cmr import engine, project, sql
from cmr.commands.shares import Shares
from cmr.errors import CmrError
from cmr.workplace import put_in_place, work_folder

if TYPE_CHECKING:
    import duckdb

EARLIEST = date(1965, 1, 1)
# People made at a time by one thread, about 25,000 lines, and the most threads: what bounds the memory.
BATCH = 2_500
MOST_THREADS = 4
# About: only a first guess at how many people a file has room for.
LINES_A_PERSON = 9
# Numbers of people who have one line each start beyond the last batch of a file that nobody will ask for.
NOBODY = 2**31


def generate(
    out: Path,
    *,
    lines: int,
    county: str,
    seed: int,
    header: bool = True,
    shares: Shares | None = None,
    until: date = date(2019, 12, 31),
    also: Sequence[str] = (),
    force: bool = False,
    threads: int | None = None,
) -> None:
    """Write exactly `lines` lines of a synthetic extract (and a header) to `out`, complete or not at all.

    county: the county that the file is for; most cycles take place there.
    also: counties where half of the cycles elsewhere take place; the rest is spread over all by population.
    until: no event is later. threads: how many to use, 4 or all cores if None; it does not change the file.
    """
    if lines < 1:
        raise CmrError("lines: at least 1", status=2)
    if until.year < EARLIEST.year + 5:
        raise CmrError(f"until: {until} is too early, histories start in {EARLIEST.year}", status=2)
    if out.exists() and not force:
        raise CmrError(f"{out} exists; --force replaces it", status=2)
    if not out.parent.is_dir():
        raise CmrError(f"{out.parent} is not a folder", status=2)

    import duckdb

    with work_folder(out.resolve(), private=False) as folder:
        try:
            whole = _whole(
                folder,
                lines,
                county,
                {"seed": str(seed), "until": until, **dataclasses.asdict(shares or Shares())},
                header,
                also,
                threads or min(os.cpu_count() or 1, MOST_THREADS),
            )
        except duckdb.IOException as error:
            raise CmrError(f"{out} could not be written: {error}") from error
        put_in_place(whole, out.resolve())


def _whole(
    folder: Path,
    lines: int,
    county: str,
    settings: dict[str, object],
    header: bool,
    also: Sequence[str],
    workers: int,
) -> Path:
    """The whole file, made in `folder`."""
    import duckdb

    columns = project.extract_columns()
    whole = folder / "whole"
    limits: dict[str, str | int] = {
        "threads": workers,
        "memory_limit": "2GB",
        "temp_directory": engine.place(folder / "tmp"),
    }
    with duckdb.connect(config=project.OFFLINE | limits) as con, whole.open("wb") as file:
        # The lines of a file are sorted by an explicit key: insertion order need not be kept on the way.
        con.execute("set preserve_insertion_order = false")
        _prepare(con, county, also)
        if header:
            file.write((",".join(columns) + "\n").encode())
        for part in _parts(con, folder, settings, columns, lines, workers):
            with part.open("rb") as source:
                shutil.copyfileobj(source, file, 1 << 20)
            part.unlink()
    return whole


def _prepare(con: duckdb.DuckDBPyConnection, county: str, also: Sequence[str]) -> None:
    """Create the vocabulary, for a county and the counties that stand beside it."""
    wanted = [name.strip().upper() for name in (county, *also)]
    con.execute("set variable county = ?", [wanted[0]])
    con.execute("set variable also_counties = cast(? as varchar[])", [sorted(set(wanted[1:]) - {wanted[0]})])
    con.execute(sql.query("generate/vocabulary"))
    known = [row[0] for row in con.execute("select name from counties").fetchall()]
    for name in wanted:
        if name not in known:
            nearest = difflib.get_close_matches(name, known, n=3)
            hint = f"; the nearest: {', '.join(nearest)}" if nearest else ""
            raise CmrError(f"{name!r} is not a county of California{hint}", status=2)


def _parts(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    settings: dict[str, object],
    columns: list[str],
    lines: int,
    workers: int,
) -> Iterator[Path]:
    """The file in parts, one for each batch of people, in order; together exactly `lines` lines."""
    [(county,)] = con.execute("select getvariable('county')").fetchall()
    batch = min(BATCH, 10 + lines // LINES_A_PERSON)
    made = batch * LINES_A_PERSON
    script = sql.query("generate/lines")
    order = "sort_person, sort_cycle, sort_event, sort_count, sort_part"

    def make(first: int, last: int, one_line_from: int = NOBODY) -> tuple[duckdb.DuckDBPyConnection, int]:
        """The connection that holds a batch of people, and how many lines they have."""
        cursor = con.cursor()
        variables = {
            **settings,
            "county": county,
            "first_person": first,
            "last_person": last,
            "one_line_from": one_line_from,
        }
        for name, value in variables.items():
            cursor.execute(f"set variable {name} = ?", [value])
        cursor.execute(script)
        [(made,)] = cursor.execute("select count(*) from lines").fetchall()
        return cursor, made

    def write(cursor: duckdb.DuckDBPyConnection, first: int, last: int) -> Path:
        part = folder / str(first)
        # comment '': otherwise DuckDB quotes the # of the segment separators
        cursor.execute(
            f"copy (select {', '.join(columns)} from extract_lines"
            f" where sort_person <= {last} order by {order})"
            f" to {engine.literal(part)} (format csv, header false, comment '')"
        )
        return part

    def make_and_write(first: int) -> tuple[duckdb.DuckDBPyConnection, int, Path]:
        last = first + batch - 1
        cursor, made = make(first, last)
        return cursor, made, write(cursor, first, last)

    pool = ThreadPoolExecutor(workers)
    try:
        firsts = itertools.count(1, batch)
        waiting: deque[tuple[int, Any]] = deque()
        while True:
            # two batches ahead for each thread, so that none waits for the one in front,
            # but hardly one that the file has no room for
            while len(waiting) < 2 * workers and (not waiting or len(waiting) * made * 0.9 < lines):
                following = next(firsts)
                waiting.append((following, pool.submit(make_and_write, following)))
            first, batch_made = waiting.popleft()
            cursor, made, part = batch_made.result()
            if made > lines:
                break
            lines -= made
            yield part
            cursor.close()
            if not lines:
                return
        # The people who fit, and then as many people with one line as lines are left.
        last, room = cursor.execute(
            "select coalesce(max(person), ?), ? - coalesce(max(total), 0) from ("
            " select person, sum(count(*)) over (order by person) as total from lines group by person"
            ") where total <= ?",
            [first - 1, lines, lines],
        ).fetchone()
        yield write(cursor, first, last)
        cursor.close()
        if room:
            cursor, _ = make(last + 1, last + room, last + 1)
            yield write(cursor, last + 1, last + room)
            cursor.close()
    finally:
        pool.shutdown(cancel_futures=True)


def command(
    lines: Annotated[int, typer.Option(min=1, help="Lines to write, the header not counted.")],
    county: Annotated[str, typer.Option(help="The county that the file is for.")],
    out: Annotated[Path, typer.Option(help="The file to write.", dir_okay=False)],
    seed: Annotated[int, typer.Option(help="Another seed, another file.")] = 1,
    header: Annotated[bool, typer.Option(help="Whether the first line names the columns.")] = True,
    until: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="No event is later than this date.")
    ] = datetime(2019, 12, 31),
    share: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="How often something occurs, 0 to 1; may be repeated. Names: "
            + ", ".join(field.name for field in dataclasses.fields(Shares)),
        ),
    ] = None,
    also: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COUNTY", help="A county where more of the other cycles take place; may be repeated."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Write a synthetic extract: no real person's data, the same bytes for the same options."""
    generate(
        out,
        lines=lines,
        county=county,
        seed=seed,
        header=header,
        shares=Shares.parse(share or []),
        until=until.date(),
        also=also or (),
        force=force,
    )
    print(f"{lines:,} lines: {out}")
