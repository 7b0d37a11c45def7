"""Court papers and notices: PDFs from court_case_counts and court_updates.

Nothing is decided here. One paper that cannot be set does not stop the others: the index says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cmr import engine, sql
from cmr.papers.pool import Paper, Typesetter, typeset

if TYPE_CHECKING:
    import duckdb

COURT_PAPERS, NOTICES = "Court_Papers", "Notices"
# Papers that a worker sets at a time: enough that handing them over costs nothing beside setting them.
BATCH = 25
# Counts in a volume of the list that belongs to an omnibus motion: about 25 pages.
VOLUME = 1000


# What the index says of a paper that is not there.
NOT_SET = "cannot be set: write this paper by hand"

# What the court gets: nothing yet, a motion and order for each case, or one for all cases together.
Kind = Literal["none", "cases", "omnibus"]


@dataclass(frozen=True)
class Wanted:
    """What papers to make. `office` is the county's settings, complete (cmr.papers.settings.read)."""

    papers: Kind
    notices: bool
    office: dict[str, Any]


# What is the same in the data of every paper of a county.
COMMON = """
    getvariable('county') as county,
    getvariable('run_id') as run_id,
    criteria_policy as policy,
    strftime(as_of_date, '%Y-%m-%d') as as_of
"""

# What the words of a motion depend on, of a group of counts.
TOTALS = """
    count(*) filter (where relief = 'dismissal') as dismissals,
    count(*) filter (where relief = 'reduction') as reductions,
    count(*) filter (where ground is null) as without_ground,
    coalesce(bool_or(contains(ground, '11361.8')), false) as cites_11361_8,
    coalesce(bool_or(contains(ground, '11361.9')), false) as cites_11361_9
"""


def write(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    county: str,
    wanted: Wanted,
    *,
    run_id: str,
    begin: Callable[[str, int], None] = lambda what, papers: None,
    step: Callable[[int], None] = lambda papers: None,
) -> list[str]:
    """Writes a county's papers into new folders in `folder`, each with an index.csv of the papers in it.

    `begin` is told what is begun and how many papers it has, `step` how many more are done. Returns a remark on each
    folder that lacks papers because they cannot be set.
    """
    sets = []
    if wanted.papers == "cases":
        sets.append(("motions", "cases", folder / COURT_PAPERS, BATCH))
    if wanted.papers == "omnibus":
        sets.append(("omnibus motion", "omnibus", folder / COURT_PAPERS, 1))
    if wanted.notices:
        sets.append(("notices", "notices", folder / NOTICES, BATCH))
    remarks = []
    for what, query, target, size in sets:
        target.mkdir()
        for name, value in {"county": county, "run_id": run_id, "volume": VOLUME}.items():
            con.execute(f"set variable {name} = ?", [value])
        papers = sql.query(f"papers/{query}", common=COMMON, totals=TOTALS)
        con.execute(f"create or replace temp table papers as {papers}")
        [(number, as_of)] = con.execute(
            "select (select count(*) from papers), as_of_date from run_settings"
        ).fetchall()
        begin(f"{county} {what}", number)
        rows = con.execute("select file, template, data from papers order by file")
        not_set = typeset(
            read_batches(rows, target, size), -(-number // size), Typesetter(wanted.office, as_of), step
        )
        index = f"""
            select
                * exclude (template, data),
                case when list_contains($not_set, file) then {sql.quote(NOT_SET)} end as remark
            from papers
            order by file
        """
        con.execute(
            f"copy ({index}) to {engine.literal(target / 'index.csv')} (format csv, header true)",
            {"not_set": not_set},
        )
        con.execute("drop table papers")
        if not_set:
            remarks.append(
                f"{county}: {len(not_set):,} of {number:,} papers in {target.name} cannot be set; the column remark"
                " of its index.csv says which"
            )
    return remarks


def read_batches(rows: duckdb.DuckDBPyConnection, folder: Path, size: int) -> Iterator[list[Paper]]:
    """The papers of a query's rows (file, template, data), `size` at a time."""
    while batch := rows.fetchmany(size):
        yield [Paper(folder / name, template, data) for name, template, data in batch]
