"""`cmr diff`: what changed between two runs, conviction by conviction, and why (docs/trust.md)."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Column, Table

from cmr import engine, sql
from cmr.errors import DONE, CmrError, WrongCall
from cmr.files.manifest import WAREHOUSE, read_manifest
from cmr.project import OFFLINE
from cmr.terminal import output_in_utf8, show_json

if TYPE_CHECKING:
    import duckdb

# Facts that follow from the as-of date too, and keys of one warehouse only: they say nothing about the input.
NOT_OF_THE_INPUT = ("conviction_id", "subject_key", "is_serving_sentence")
SHOWN = 50
COLUMNS = (
    "subject_id",
    "cnt_order",
    "county",
    "change",
    "determination_a",
    "reason_a",
    "determination_b",
    "reason_b",
    "changed_facts",
    "causes",
)


@dataclass(frozen=True)
class Difference:
    """What changed from one run to another, as schemas/diff.schema.json says."""

    differs: dict[str, bool]  # what differs between the runs as a whole
    numbers: dict[str, Any]
    convictions: list[dict[str, Any]]  # all that are decided otherwise


def diff(run_a: Path, run_b: Path, form: str) -> int:
    """Shows what changed from one run to the other; returns DONE whether anything did or not."""
    shows: dict[str, Callable[[Difference], None]] = {"json": show_json, "csv": show_csv}
    shows.get(form, show_text)(ask(run_a, run_b))
    return DONE


def ask(run_a: Path, run_b: Path) -> Difference:
    """Compares the decisions of two runs; raises CmrError if they cannot be compared."""
    import duckdb

    manifests = [read_manifest(folder) for folder in (run_a, run_b)]
    try:
        with duckdb.connect(config=OFFLINE) as con:
            for name, folder in (("a", run_a), ("b", run_b)):
                path = folder.resolve() / WAREHOUSE
                if not path.is_file():
                    raise WrongCall(f"{folder}: no {WAREHOUSE} in this folder")
                con.execute(f"attach {engine.literal(path)} as {name} (read_only)")
            differs = compare(con, *manifests)
            changed = (
                f"select {', '.join(COLUMNS)} from compared where change not in ('none', 'facts only')"
                " order by county, subject_id, cnt_order"
            )
            return Difference(differs, count(con), sql.rows(con, changed))
    except duckdb.Error:
        raise CmrError(
            f"{run_a}, {run_b}: cannot be compared: a warehouse is damaged or of another version"
        ) from None


def compare(con: "duckdb.DuckDBPyConnection", a: dict[str, Any], b: dict[str, Any]) -> dict[str, bool]:
    """Fills the table `compared`; returns what differs between the runs as a whole."""
    [(as_of_date, policy)] = con.execute(sql.query("diff/runs")).fetchall()
    con.execute(sql.query("diff/criteria"))
    [(criteria,)] = con.execute("select count(*) > 0 from criteria").fetchall()
    [(uses_criteria,)] = con.execute(
        "select criteria_policy = 'county_criteria' from b.run_settings"
    ).fetchall()
    runs = {
        "input": [file["sha256"] for file in a["extracts"]] != [file["sha256"] for file in b["extracts"]],
        "criteria": bool(policy or (criteria and uses_criteria)),
        "as-of date": bool(as_of_date),
        "rules": any(a.get(what) != b.get(what) for what in ("version", "rules_sha256")),
        "county of the run": a["county"] != b["county"],
    }
    facts = [
        name
        for (name,) in con.execute(
            "select column_name from duckdb_columns() where table_name = 'fct_conviction_facts'"
            " and database_name in ('a', 'b') and column_name not in (select unnest(?))"
            " group by column_name having count(*) = 2 order by min(column_index)",
            [list(NOT_OF_THE_INPUT)],
        ).fetchall()
    ]
    for run in ("a", "b"):
        con.execute(sql.query("diff/decisions", run=run, facts=", ".join(facts)))
        con.execute(sql.query("diff/convictions", run=run))
    changed = ", ".join(
        f"case when a.facts.{fact} is distinct from b.facts.{fact} then '{fact}' end" for fact in facts
    )
    differs = {
        "policy": policy,
        "uses_criteria": uses_criteria,
        "as_of_date": as_of_date,
        "input": runs["input"],
        "rules": runs["rules"],
        "county": runs["county of the run"],
    }
    for name, value in differs.items():
        con.execute(f"set variable {name} = ?", [value])
    con.execute(sql.query("diff/compared", changed_facts=changed))
    return runs


def count(con: "duckdb.DuckDBPyConnection") -> dict[str, Any]:
    """The difference in numbers of convictions."""
    [(in_a, in_b, people)] = con.execute(
        "select count(determination_a), count(determination_b),"
        " count(distinct subject_id) filter (where change not in ('none', 'facts only')) from compared"
    ).fetchall()
    return {
        "convictions_a": in_a,
        "convictions_b": in_b,
        "subjects_with_a_change": people,
        "changes": dict(
            con.execute("select change, count(*) from compared group by 1 order by 1").fetchall()
        ),
        "determinations": [
            {"a": a, "b": b, "causes": causes, "convictions": convictions}
            for a, b, causes, convictions in con.execute(
                "select determination_a, determination_b, causes, count(*) from compared"
                " where change not in ('none', 'facts only') group by all order by 4 desc, 1, 2, 3"
            ).fetchall()
        ],
    }


def show_csv(found: Difference) -> None:
    """Prints every changed conviction as CSV."""
    writer = csv.writer(output_in_utf8(), lineterminator="\n")
    writer.writerow(COLUMNS)
    for conviction in found.convictions:
        writer.writerow(
            "; ".join(value) if isinstance(value, list) else value for value in conviction.values()
        )


def show_text(found: Difference) -> None:
    """Prints the numbers, and the first of the changed convictions."""
    numbers, rows = found.numbers, found.convictions
    console = Console(highlight=False, markup=False)
    differing = ", ".join(what for what, differs in found.differs.items() if differs) or "nothing"
    console.print(f"What differs between the runs: {differing}")
    console.print(
        f"Convictions decided: A {numbers['convictions_a']:,}, B {numbers['convictions_b']:,};"
        f" people with a change: {numbers['subjects_with_a_change']:,}"
    )
    table = Table("change", "convictions")
    for change, convictions in numbers["changes"].items():
        table.add_row(change, f"{convictions:,}")
    console.print(table)
    if not rows:
        return
    table = Table("A", "B", "because of", "convictions")
    for entry in numbers["determinations"]:
        causes = ", ".join(entry["causes"])
        table.add_row(entry["a"] or "-", entry["b"] or "-", causes or "-", f"{entry['convictions']:,}")
    console.print(table)
    table = Table("person", Column("CNT_ORDER", no_wrap=True), "county", "A", "B", "because of")
    for row in rows[:SHOWN]:
        facts = row["changed_facts"]
        because = ", ".join(row["causes"]) + (f" ({', '.join(facts)})" if facts else "")
        table.add_row(
            row["subject_id"],
            row["cnt_order"],
            row["county"],
            worded(row["determination_a"], row["reason_a"]),
            worded(row["determination_b"], row["reason_b"]),
            because or "-",
        )
    console.print(table)
    if len(rows) > SHOWN:
        console.print(f"and {len(rows) - SHOWN:,} more: --format csv has all")


def worded(determination: str | None, reason: str | None) -> str:
    return f"{determination}: {reason}" if determination else "-"
