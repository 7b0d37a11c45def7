"""`cmr diff`: what changed between two runs, conviction by conviction, and why (docs/trust.md)."""

import csv
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Column, Table

from cmr import engine
from cmr.errors import DONE, CmrError, WrongCall
from cmr.project import OFFLINE
from cmr.terminal import output_in_utf8
from cmr.verify import WAREHOUSE, read_manifest

if TYPE_CHECKING:
    import duckdb

# Facts that follow from the as-of date too, and keys of one warehouse only: they say nothing about the input.
NOT_OF_THE_INPUT = ("conviction_id", "subject_key", "is_serving_sentence")
SHOWN = 50

# What differs between the runs as a whole. Paths and times are no difference.
RUNS = """
select
    a.as_of_date <> b.as_of_date as as_of_date,
    a.criteria_policy <> b.criteria_policy as policy
from a.run_settings as a
cross join b.run_settings as b
"""

# The county's options that differ; whose they are (`source`) is no option.
CRITERIA = """
create temp table criteria as
select a.county
from (select * exclude (source) from a.int_county_criteria) as a
inner join (select * exclude (source) from b.int_county_criteria) as b on a.county = b.county
where a is distinct from b
"""

# The decisions that each run was made for: of its policy, in its county.
DECISIONS = """
create temp table {run}_decisions as
select
    subjects.subject_id,
    convictions.cnt_order,
    decisions.county,
    decisions.determination,
    decisions.reason,
    decisions.rule_id,
    decisions.outcomes,
    facts
from {run}.fct_decisions as decisions
inner join {run}.run_settings as settings
    on decisions.policy = settings.criteria_policy and settings.run_county in ('all', decisions.county)
inner join {run}.fct_convictions as convictions on decisions.conviction_id = convictions.conviction_id
inner join {run}.dim_subjects as subjects on decisions.subject_key = subjects.subject_key
inner join (select conviction_id as id, {facts} from {run}.fct_conviction_facts) as facts
    on decisions.conviction_id = facts.id
"""

KEYS = """
create temp table {run}_convictions as
select
    subjects.subject_id,
    convictions.cnt_order,
    convictions.county,
    convictions.level,
    convictions.conviction_date,
    offenses.charge_text
from {run}.fct_convictions as convictions
inner join {run}.dim_subjects as subjects on convictions.subject_key = subjects.subject_key
left join {run}.dim_offenses as offenses on convictions.offense_id = offenses.offense_id
"""

# A cause is named if it differs between the runs and nothing rules it out for this conviction.
COMPARED = """
create temp table compared as
with pairs as (
    select
        coalesce(a.subject_id, b.subject_id) as subject_id,
        coalesce(a.cnt_order, b.cnt_order) as cnt_order,
        coalesce(b.county, a.county) as county,
        case
            when a.subject_id is null then 'only in B'
            when b.subject_id is null then 'only in A'
        end as only_in,
        a.determination as determination_a,
        a.reason as reason_a,
        b.determination as determination_b,
        b.reason as reason_b,
        a.outcomes is distinct from b.outcomes as answers_differ,
        case
            when a.subject_id is not null and b.subject_id is not null
                then list_filter([{changed_facts}], lambda fact: fact is not null)
            else []
        end as changed_facts
    from a_decisions as a
    full outer join b_decisions as b on a.subject_id = b.subject_id and a.cnt_order = b.cnt_order
),

-- A conviction that one run decides only: the other has no such conviction, or has it with other facts.
in_both as (
    select
        a.subject_id,
        a.cnt_order,
        a is distinct from b as differs
    from a_convictions as a
    inner join b_convictions as b on a.subject_id = b.subject_id and a.cnt_order = b.cnt_order
),

judged as (
    select
        pairs.*,
        case
            when pairs.only_in is not null then in_both.subject_id is null or in_both.differs
            else len(pairs.changed_facts) > 0
        end as facts_differ,
        $policy or pairs.county in (select county from criteria) as criteria_differ
    from pairs
    left join in_both on pairs.subject_id = in_both.subject_id and pairs.cnt_order = in_both.cnt_order
)

select
    subject_id,
    cnt_order,
    county,
    case
        when only_in is not null then only_in
        when determination_a <> determination_b then 'determination'
        when reason_a is distinct from reason_b then 'reason'
        when facts_differ then 'facts only'
        else 'none'
    end as change,
    determination_a,
    reason_a,
    determination_b,
    reason_b,
    changed_facts,
    -- Input may also tell by what is no fact of the conviction: what is missing of another one.
    case when causes = [] and $input then ['input'] else causes end as causes
from (
    select
        *,
        list_filter([
            case when facts_differ and $input then 'input' end,
            case when criteria_differ and $uses_criteria or $policy then 'criteria' end,
            case when $as_of_date and (answers_differ and only_in is null or $policy) then 'as-of date' end,
            case when $rules then 'rules' end,
            case when $county and only_in is not null then 'county of the run' end
        ], lambda cause: cause is not null) as causes
    from judged
)
"""


class Format(StrEnum):
    """How the difference is printed."""

    table = "table"
    csv = "csv"
    json = "json"


def diff(run_a: Path, run_b: Path, form: Format) -> int:
    """Prints what changed from one run to the other; returns DONE whether anything did or not."""
    import duckdb

    manifests = [read_manifest(folder) for folder in (run_a, run_b)]
    try:
        with duckdb.connect(config=OFFLINE) as con:
            for name, folder in (("a", run_a), ("b", run_b)):
                path = folder.resolve() / WAREHOUSE
                if not path.is_file():
                    raise WrongCall(f"{folder}: no {WAREHOUSE} in this folder")
                con.execute(f"attach {engine.literal(path)} as {name} (read_only)")
            runs = compare(con, *manifests)
            numbers = count(con)
            show(con, form, runs, numbers)
    except duckdb.Error:
        raise CmrError(
            f"{run_a}, {run_b}: cannot be compared: a warehouse is damaged or of another version"
        ) from None
    return DONE


def compare(con: "duckdb.DuckDBPyConnection", a: dict[str, Any], b: dict[str, Any]) -> dict[str, bool]:
    """Fills the table `compared`; returns what differs between the runs as a whole."""
    [(as_of_date, policy)] = con.execute(RUNS).fetchall()
    con.execute(CRITERIA)
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
        con.execute(DECISIONS.format(run=run, facts=", ".join(facts)))
        con.execute(KEYS.format(run=run))
    changed = ", ".join(
        f"case when a.facts.{fact} is distinct from b.facts.{fact} then '{fact}' end" for fact in facts
    )
    con.execute(
        COMPARED.format(changed_facts=changed),
        {
            "policy": policy,
            "uses_criteria": uses_criteria,
            "as_of_date": as_of_date,
            "input": runs["input"],
            "rules": runs["rules"],
            "county": runs["county of the run"],
        },
    )
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


def show(
    con: "duckdb.DuckDBPyConnection", form: Format, runs: dict[str, bool], numbers: dict[str, Any]
) -> None:
    """Prints the difference: all changed convictions, or in a table the first of them."""
    changed = con.execute(
        "select * from compared where change not in ('none', 'facts only')"
        " order by county, subject_id, cnt_order"
    )
    columns = [name for name, *_ in changed.description]
    rows = changed.fetchall()
    if form is Format.json:
        convictions = [dict(zip(columns, row, strict=True)) for row in rows]
        json.dump(
            {"differs": runs, "numbers": numbers, "convictions": convictions},
            sys.stdout,
            indent=1,
            default=str,
        )
        print()
    elif form is Format.csv:
        writer = csv.writer(output_in_utf8(), lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(
            ["; ".join(value) if isinstance(value, list) else value for value in row] for row in rows
        )
    else:
        show_table(rows, runs, numbers)


def show_table(rows: list[tuple[Any, ...]], runs: dict[str, bool], numbers: dict[str, Any]) -> None:
    console = Console(highlight=False, markup=False)
    differing = ", ".join(what for what, differs in runs.items() if differs) or "nothing"
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
    for subject_id, cnt_order, county, _, a, reason_a, b, reason_b, facts, causes in rows[:SHOWN]:
        because = ", ".join(causes) + (f" ({', '.join(facts)})" if facts else "")
        table.add_row(subject_id, cnt_order, county, worded(a, reason_a), worded(b, reason_b), because or "-")
    console.print(table)
    if len(rows) > SHOWN:
        console.print(f"and {len(rows) - SHOWN:,} more: --format csv has all")


def worded(determination: str | None, reason: str | None) -> str:
    return f"{determination}: {reason}" if determination else "-"
