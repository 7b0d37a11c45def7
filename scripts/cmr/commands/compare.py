"""`cmr compare`: what several policies would do with the convictions of a run, side by side.

The numbers are county_policy_comparison's and county_impact's. A criteria file counts as a policy: the models
of the county's own criteria decide under it in a copy of the warehouse.
"""

from __future__ import annotations

import csv
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmr import project, sql
from cmr.build import results
from cmr.errors import DONE, CmrError, WrongCall, plain
from cmr.law import criteria
from cmr.terminal import output_in_utf8, show_json
from cmr.workplace import work_folder

if TYPE_CHECKING:
    import duckdb

NOT_COVERED = "Not covered"

# The tables in which a policy's decisions stand: those that the comparison reads.
DECIDED = ("dim_policy_rules", "fct_decisions", "county_impact")

MEASURES = {
    "convictions_decided": "convictions decided",
    "dismissals": "convictions eligible for dismissal",
    "reductions": "convictions eligible for reduction",
    "hand_reviews": "convictions for hand review",
    "subjects": "people with a decided conviction",
    "subjects_with_some_relief": "people with some relief",
    "subjects_no_felony": "people who will have no felony",
    "subjects_no_conviction": "people who will have no conviction",
    "subjects_no_conviction_last_7_years": "people who will have no conviction in the last 7 years",
}

Row = dict[str, Any]


@dataclass(frozen=True)
class Comparison:
    """What policies would do, side by side, as schemas/compare.schema.json says."""

    as_of: str
    policies: list[Row]
    counties: list[Row]


def compare(given: list[str], *, run: Path | None, county: str | None, form: str) -> int:
    """Shows the comparison on stdout and returns the exit status; raises CmrError if it cannot be made."""
    shows: dict[str, Callable[[Comparison], None]] = {"json": show_json, "csv": show_csv}
    shows.get(form, show_text)(ask(given, run=run, county=county))
    return DONE


def ask(given: list[str], *, run: Path | None, county: str | None) -> Comparison:
    """Compares policies and criteria files; raises CmrError if they cannot be compared."""
    if len(given) < 2:
        raise WrongCall("name two policies or more to compare")
    chosen: dict[str, criteria.Criteria] = {}
    for name in given:
        asked = criteria.read(name, option="POLICY")
        # The file's name says enough, unless two folders have such a file.
        label = asked.file.name if asked.file and asked.file.name not in chosen else name
        if label in chosen:
            raise WrongCall(f"{name}: named twice")
        chosen[label] = asked
    wanted = project.county(county) if county else None
    with decided(results.warehouse_file(run), chosen) as con:
        return comparison(con, chosen, wanted)


@contextmanager
def decided(path: Path, chosen: dict[str, criteria.Criteria]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the warehouse, or to a copy of it with the decisions under each criteria file too."""
    with results.opened(path) as con:
        known = results.policies(con)
        for name, asked in chosen.items():
            if asked.policy not in known:
                raise WrongCall(f"{name}: {path} has no decisions of this policy; make the run anew")
        [(as_of,)] = con.execute("select as_of_date from run_settings").fetchall()
        files = {name: asked for name, asked in chosen.items() if asked.file}
        if not files:
            yield con
            return
    with work_folder(results.spill_folder() / "compare") as folder:
        copy = folder / "warehouse.duckdb"
        shutil.copyfile(path, copy)
        decide_under_files(copy, files, as_of)
        with results.opened(copy, folder / "tmp") as con:
            yield con


def decide_under_files(copy: Path, files: dict[str, criteria.Criteria], as_of: date) -> None:
    """Adds the decisions under each criteria file to a warehouse, as those of a policy of the file's name."""
    import duckdb

    from cmr.build import warehouse
    from cmr.progress import StageProgress

    try:
        with warehouse.connect(copy) as con:
            for table in DECIDED:
                con.execute(f"create table kept_{table} as select * from {table}")
        with StageProgress() as progress:
            for name, asked in files.items():
                progress.stage(f"Deciding under {name}")
                warehouse.decide(copy, as_of=as_of, criteria=asked, progress=progress)
                with warehouse.connect(copy) as con:
                    for table in DECIDED:
                        con.execute(
                            f"insert into kept_{table} by name select * replace ($name as policy)"
                            f" from {table} where policy = $policy",
                            {"name": name, "policy": criteria.COUNTY_CRITERIA},
                        )
        with warehouse.connect(copy) as con:
            for table in DECIDED:
                con.execute(f"create or replace table {table} as select * from kept_{table}")
    except duckdb.Error as error:
        raise CmrError(plain("the criteria cannot be compared", str(error))) from error


def comparison(
    con: duckdb.DuckDBPyConnection, chosen: dict[str, criteria.Criteria], county: str | None
) -> Comparison:
    """The comparison for one county or for all that it concerns."""
    titles = results.policies(con)
    [(as_of, run_county)] = con.execute("select as_of_date, run_county from run_settings").fetchall()
    names = list(chosen)
    wanted = county or run_county
    counties = [
        row["county"]
        for row in sql.rows(con, sql.query("compare/counties"), {"policies": names, "county": wanted})
    ]
    if not counties:
        where = "any county" if wanted == "all" else wanted
        raise CmrError(f"none of these policies decides a conviction in {where}")
    return Comparison(
        as_of.isoformat(),
        policies=[
            {
                "policy": name,
                "title": f"Criteria of {asked.file.name}" if asked.file else titles[name],
                "criteria": asked.values,
            }
            for name, asked in chosen.items()
        ],
        counties=[
            {
                "county": one,
                "impact": sql.rows(con, sql.query("compare/impact"), {"policies": names, "county": one}),
                "decisions": sql.rows(
                    con, sql.query("compare/decisions"), {"policies": names, "county": one}
                ),
            }
            for one in counties
        ],
    )


def show_csv(found: Comparison) -> None:
    """Prints the comparison as CSV, one number per line."""
    writer = csv.writer(output_in_utf8(), lineterminator="\n")
    columns = ("policy_a", "determination_a", "policy_b", "determination_b", "convictions")
    writer.writerow(["county", "measure", *columns[:-1], "number"])
    for one in found.counties:
        for impact in one["impact"]:
            for measure in MEASURES:
                writer.writerow([one["county"], measure, impact["policy"], "", "", "", impact[measure]])
        for row in one["decisions"]:
            writer.writerow([one["county"], "convictions", *(row[name] for name in columns)])


def show_text(found: Comparison) -> None:
    """Prints the comparison as tables: the effects of each policy, then each two against each other."""
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)

    def table(columns: list[str], rows: list[list[str]]) -> None:
        first, *others = columns
        grid = Table(
            Column(Text(first), overflow="fold"),
            *(Column(Text(name), justify="right", overflow="fold") for name in others),
            show_edge=False,
            pad_edge=False,
        )
        for row in rows:
            grid.add_row(*map(Text, row))
        console.print(grid)
        console.print()

    names = [policy["policy"] for policy in found.policies]
    for policy in found.policies:
        console.print(Text(f"{policy['policy']}: {policy['title']}"))
    console.print()
    for one in found.counties:
        console.print(Text(f"{one['county']} as of {found.as_of}", style="bold"))
        console.print()
        table(
            ["", *names],
            [
                [words, *(f"{impact[measure]:,}" for impact in one["impact"])]
                for measure, words in MEASURES.items()
            ],
        )
        for number, policy_a in enumerate(names):
            for policy_b in names[number + 1 :]:
                counts = {
                    (row["determination_a"], row["determination_b"]): row["convictions"]
                    for row in one["decisions"]
                    if (row["policy_a"], row["policy_b"]) == (policy_a, policy_b)
                }
                down, across = (
                    sorted({pair[side] for pair in counts}, key=lambda name: (name == NOT_COVERED, name))
                    for side in (0, 1)
                )
                console.print(Text(f"Convictions: down, {policy_a}; across, {policy_b}"))
                table(
                    ["", *across],
                    [[name, *(f"{counts.get((name, other), 0):,}" for other in across)] for name in down],
                )
