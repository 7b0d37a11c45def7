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

# What should leave the warehouse into each file of each county, and why the rest does not; for `all`, into the files of
# this name together.
EXPECTED = """
with counties as (
    select unnest($counties) as county
),

decisions as (
    select
        decisions.county,
        count(*) as decisions,
        count(*) filter (
            where not decisions.is_relief
        ) as unrelieved,
        count(*) filter (
            where decisions.is_relief and relieved.is_certain
        ) as relieved_already,
        count(*) filter (
            where not decisions.needs_review
            and not (
                subjects.cii_numbers_differ or subjects.names_differ or subjects.dates_of_birth_differ
                or subjects.sexes_differ or subjects.races_differ or subjects.contradicted_date_of_birth is not null
                or convictions.charges_differ or convictions.levels_differ or convictions.dates_differ
                or convictions.counties_differ or relieved.conviction_id is not null
                or decisions.conviction_id in (select conviction_id from fct_offense_conflicts)
            )
        ) as plain
    from fct_decisions as decisions
    inner join run_settings on decisions.policy = run_settings.criteria_policy
    left join fct_convictions as convictions on decisions.conviction_id = convictions.conviction_id
    left join dim_subjects as subjects on decisions.subject_key = subjects.subject_key
    left join fct_relieved_convictions as relieved on decisions.conviction_id = relieved.conviction_id
    group by decisions.county
),

unread as (
    select
        convictions.county,
        count(*) as convictions
    from fct_convictions as convictions
    inner join dim_offenses as offenses on convictions.offense_id = offenses.offense_id
    where
        offenses.reading <> 'certain'
        and convictions.county in (select county from counties)
    group by convictions.county
),

related as (
    select
        facts.county,
        count(distinct facts.conviction_id) as convictions,
        count(distinct facts.conviction_id) filter (where events.has_arrest) as arrested
    from fct_conviction_facts as facts
    inner join fct_convictions as convictions on facts.conviction_id = convictions.conviction_id
    left join fct_prop64_events as events
        on convictions.subject_key = events.subject_key and convictions.cycle = events.cycle
    where facts.is_potentially_related and facts.is_in_known_county
    group by facts.county
),

decided as (
    select
        counties.county,
        coalesce(sum(decisions.decisions) filter (where counties.county in (decisions.county, 'all')), 0) as decisions,
        coalesce(sum(decisions.decisions) filter (where counties.county not in (decisions.county, 'all')), 0) as elsewhere,
        coalesce(sum(decisions.unrelieved) filter (where counties.county in (decisions.county, 'all')), 0) as unrelieved,
        coalesce(sum(decisions.relieved_already) filter (where counties.county in (decisions.county, 'all')), 0)
            as relieved_already,
        coalesce(sum(decisions.plain) filter (where counties.county in (decisions.county, 'all')), 0) as plain
    from counties
    left join decisions on true
    group by counties.county
),

unread_convictions as (
    select
        counties.county,
        coalesce(sum(unread.convictions), 0) as convictions
    from counties
    left join unread on counties.county in (unread.county, 'all')
    group by counties.county
),

flagged as (
    select
        counties.county,
        coalesce(sum(related.convictions), 0) as convictions,
        coalesce(sum(related.convictions - related.arrested), 0) as unarrested
    from counties
    left join related on counties.county in (related.county, 'all')
    group by counties.county
),

lines as (
    select
        (select count(*) from raw_doj__extract) as records,
        (select sum(lines) from raw_extract_files) as lines,
        (select sum(header_lines + blank_lines + continuation_lines) from raw_reconciliation)
        + (select count(*) from stg_ca_doj__lines where set_aside_cause is null) as not_set_aside
)

select county, 'All_Results.csv' as file, 'lines' as measure, records as entering, null as cause, 0 as number
from counties cross join lines
union all
select county, 'All_Results_Condensed.csv', 'lines', records, null, 0
from counties cross join lines
union all
select county, 'Prop64_Results.csv', 'decisions', decisions + elsewhere, 'another county', elsewhere
from decided
union all
select
    decided.county, 'Needs_Review.csv', 'convictions', decided.decisions + unread_convictions.convictions,
    'determined, and nothing in conflict', decided.plain
from decided
inner join unread_convictions on decided.county = unread_convictions.county
union all
select county, 'Court_Updates.csv', 'decisions', decisions, 'not eligible, or for hand review', unrelieved
from decided
union all
select
    county, 'Court_Updates.csv', 'decisions', decisions, 'relieved already', relieved_already
from decided
union all
select
    county, 'Related_Charges.csv', 'convictions', convictions, 'no arrest for a Prop 64 offense in the cycle',
    unarrested
from flagged
union all
select county, 'Set_Aside.csv', 'lines', lines, 'blank lines, headers and records', not_set_aside
from counties cross join lines
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
    counties = list(dict.fromkeys(county for county, _ in written.rows))
    expected: dict[tuple[str, str], tuple[str, int, dict[str, int]]] = {}
    for county, file, measure, entering, cause, number in con.execute(
        EXPECTED, {"counties": counties}
    ).fetchall():
        _, _, causes = expected.setdefault((county, file), (measure, entering, {}))
        causes |= {cause: number} if number else {}
    for county, file in sorted(expected, key=lambda of: counties.index(of[0])):
        measure, entering, causes = expected[county, file]
        rows = [
            rows
            for (of, name), rows in written.rows.items()
            if name == file and (of == county or county == "all")
        ]
        if rows:
            account.append(
                row("warehouse to file", measure, entering, sum(rows), causes, county=county, file=file)
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
