"""Compares what the files of a run hold with what the warehouse has for them.

The layers among themselves are compared by the model county_summaries/reconciliation; both accounts go into
the manifest. Nothing is decided here: the numbers are counted by SQL where they stand, and must agree.
"""

from typing import TYPE_CHECKING, Any

from cmr.errors import CmrError
from cmr.exports import Written
from cmr.extracts import Extract

if TYPE_CHECKING:
    import duckdb

# What should leave the warehouse into each file of a county, and why the rest does not.
EXPECTED = """
with decisions as (
    select
        decisions.county,
        decisions.determination in ('Eligible for Dismissal', 'Eligible for Reduction') as is_relieved,
        decisions.determination in ('Eligible for Dismissal', 'Eligible for Reduction', 'Not eligible')
        and not (
            subjects.cii_numbers_differ or subjects.names_differ or subjects.dates_of_birth_differ
            or subjects.sexes_differ or subjects.races_differ or convictions.charges_differ
            or convictions.levels_differ or convictions.dates_differ or convictions.counties_differ
        ) as is_plain
    from fct_decisions as decisions
    inner join run_settings on decisions.policy = run_settings.criteria_policy
    left join fct_convictions as convictions on decisions.conviction_id = convictions.conviction_id
    left join dim_subjects as subjects on decisions.subject_key = subjects.subject_key
),

related as (
    select
        convictions.conviction_id,
        bool_or(coalesce(events.has_arrest, false)) as has_prop64_arrest
    from fct_conviction_facts as facts
    inner join fct_convictions as convictions on facts.conviction_id = convictions.conviction_id
    left join fct_prop64_events as events
        on convictions.subject_key = events.subject_key and convictions.cycle = events.cycle
    where facts.is_potentially_related and facts.county = $county
    group by convictions.conviction_id
),

records as (
    select count(*) as records from raw_doj__extract
)

select 'All_Results.csv' as file, 'lines' as measure, records as entering, null as cause, 0 as number
from records
union all
select 'All_Results_Condensed.csv', 'lines', records, null, 0
from records
union all
select
    'Prop64_Results.csv', 'decisions', count(*), 'another county',
    count(*) filter (county <> $county)
from decisions
union all
select
    'Needs_Review.csv', 'decisions', count(*) filter (county = $county),
    'determined, and nothing in conflict',
    count(*) filter (county = $county and is_plain)
from decisions
union all
select
    'Court_Updates.csv', 'decisions', count(*) filter (county = $county), 'not eligible, or for hand review',
    count(*) filter (county = $county and not is_relieved)
from decisions
union all
select
    'Related_Charges.csv', 'convictions', count(*), 'no arrest for a Prop 64 offense in the cycle',
    count(*) filter (not has_prop64_arrest)
from related
union all
select
    'Set_Aside.csv', 'lines', (select sum(lines) from raw_extract_files), 'blank lines, headers and records',
    (select sum(header_lines + blank_lines + continuation_lines) from raw_reconciliation)
    + (select count(*) from stg_doj__extract_lines where set_aside_cause is null)
"""


def reconcile(
    con: "duckdb.DuckDBPyConnection", inspected: list[Extract], written: Written
) -> list[dict[str, Any]]:
    """The whole account: files as bytes to lines, layer to layer, warehouse to the files written.

    Raises CmrError where something is missing without a cause.
    """
    query = "select file_name, lines from raw_extract_files"
    read = dict(con.execute(query).fetchall())
    account = [
        row("bytes to lines", "lines", extract.lines, read.get(extract.name, 0), {}, file=extract.name)
        for extract in inspected
    ]
    layers = con.execute(
        "select step, measure, entering, leaving, causes, policy from reconciliation"
        " order by step_order, policy"
    )
    for step, measure, entering, leaving, causes, policy in layers.fetchall():
        account.append(row(step, measure, entering, leaving, causes or {}, policy=policy))
    for county in dict.fromkeys(county for county, _ in written.rows):
        for file, measure, entering, cause, number in con.execute(EXPECTED, {"county": county}).fetchall():
            if (county, file) in written.rows:
                causes = {cause: number} if number else {}
                leaving = written.rows[county, file]
                account.append(
                    row("warehouse to file", measure, entering, leaving, causes, county=county, file=file)
                )
    for entry in account:
        if entry["unexplained"]:
            where = entry.get("file") or entry["step"]
            raise CmrError(
                f"{where}: {abs(entry['unexplained']):,} {entry['measure']}"
                f" {'missing' if entry['unexplained'] > 0 else 'too many'} without a cause;"
                " nothing was written"
            )
    return account


def row(
    step: str, measure: str, entering: int, leaving: int, causes: dict[str, int], **of: str | None
) -> dict[str, Any]:
    """One line of the account: so many enter the step and leave it, and what happened to the others."""
    return {
        "step": step,
        **{what: value for what, value in of.items() if value is not None},
        "measure": measure,
        "entering": int(entering),
        "leaving": int(leaving),
        "causes": causes,
        "unexplained": int(entering) - int(leaving) - sum(causes.values()),
    }
