"""The numbers of the reports, read from the marts. Nothing is counted here: sums come from SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cmr import project
from cmr.pages.words import printable

if TYPE_CHECKING:
    import duckdb


WHAT_IFS = ("dismiss_all_prop64", "dismiss_all_prop64_and_related")

IMPACT = (
    "convictions_decided",
    "dismissals",
    "reductions",
    "hand_reviews",
    "subjects",
    "subjects_with_some_relief",
    "subjects_no_felony",
    "subjects_no_conviction",
    "subjects_no_conviction_last_7_years",
)

ORDER_OF_GROUPS = (
    "list_position(['everyone', 'race or ethnicity', 'sex', 'age'], dimension),"
    " list_position(['Not recorded', 'Not shown'], group_name) nulls first, not starts_with(group_name, 'Under '), group_name"
)


def figures(con: duckdb.DuckDBPyConnection, county: str) -> dict[str, Any]:
    """All that the summary report says of a county, by name; a number is what a mart holds or a sum over its rows."""

    def rows(query: str) -> list[dict[str, Any]]:
        return fetch(con, query, county)

    settings = run_settings(con)
    [inputs] = rows(
        "select count(*) as files, coalesce(sum(lines), 0) as lines, coalesce(sum(records), 0) as records,"
        " coalesce(sum(set_aside_lines), 0) as unread_lines, (select count(*) from set_aside_lines) as set_aside"
        " from raw_reconciliation"
    )
    [overview] = rows(
        "select coalesce(sum(prop64_convictions), 0) as convictions,"
        " coalesce(sum(subjects_with_prop64_conviction), 0) as people,"
        " coalesce(sum(prop64_felony_convictions), 0) as felonies,"
        " coalesce(sum(prop64_non_felony_convictions), 0) as non_felonies,"
        " coalesce(sum(prop64_unknown_level_convictions), 0) as unknown_level,"
        " coalesce(sum(already_relieved_convictions), 0) as already_relieved,"
        " min(earliest_conviction_date) as first_conviction from county_overview where county = $county"
    )
    impact = rows(
        "select policies.policy, policies.title,"
        + ", ".join(f" coalesce(impact.{name}, 0) as {name}" for name in IMPACT)
        + " from policies cross join run_settings as settings left join county_impact as impact"
        " on policies.policy = impact.policy and impact.county = $county"
        f" where policies.policy in (settings.criteria_policy, {', '.join(map(repr, WHAT_IFS))})"
        " order by policies.policy <> settings.criteria_policy, policies.policy_order"
    )
    decided = (
        "from county_decisions where county = $county and policy = (select criteria_policy from run_settings)"
    )
    return {
        "county": county,
        **settings,
        "criteria": rows("select * from int_county_criteria where county = $county"),
        "rules": rows(
            "select rule_order, rule_id, determination, reason, description, citation from dim_policy_rules"
            " where policy = (select criteria_policy from run_settings) order by rule_order"
        ),
        "inputs": inputs,
        "input_files": rows(
            "select file_name, lines, records, set_aside_lines from raw_reconciliation order by file_id"
        ),
        "overview": overview,
        "impact": impact,
        "sections": rows(
            "select sections.prop64_section, coalesce(sum(convictions), 0) as convictions,"
            " coalesce(sum(convictions) filter (where level = 'FELONY'), 0) as felonies,"
            " coalesce(sum(convictions) filter (where level = 'MISDEMEANOR'), 0) as misdemeanors,"
            " coalesce(sum(convictions) filter (where level = 'INFRACTION'), 0) as infractions,"
            " coalesce(sum(convictions) filter (where level is null and convictions is not null), 0) as unknown_level"
            " from (values ('11357'), ('11358'), ('11359'), ('11360')) as sections (prop64_section)"
            " left join (select * from county_prop64_convictions where county = $county) as convictions"
            " on sections.prop64_section = convictions.prop64_section"
            " group by rollup (sections.prop64_section) order by sections.prop64_section nulls last"
        ),
        "decisions": rows(
            f"select determination, reason, sum(convictions) as convictions {decided} group by 1, 2"
            f" order by {order('determination')}, convictions desc, reason"
        ),
        "decisions_by_section": rows(
            "select prop64_section, determination, sum(convictions) as convictions"
            f" {decided} group by 1, 2 order by prop64_section nulls last, {order('determination')}"
        ),
        "decisions_by_year": rows(
            "select conviction_year, determination, convictions from county_relief_by_year where county = $county"
            " and policy = (select criteria_policy from run_settings)"
            f" order by conviction_year nulls last, {order('determination')}"
        ),
        "demographics": rows(
            "select dimension, group_name, people, people_with_some_relief, people_with_full_relief, convictions,"
            " convictions_eligible from county_demographics where county = $county"
            " and policy = (select criteria_policy from run_settings)"
            f" order by {ORDER_OF_GROUPS}"
        ),
        "review": {
            "convictions": rows("select count(*) as n from court_needs_review where county = $county")[0][
                "n"
            ],
            "reasons": rows(
                f"select determination, reason, sum(convictions) as convictions {decided} and determination"
                " in (select determination from determinations where needs_review) group by 1, 2"
                f" order by {order('determination')}, convictions desc, reason"
            ),
            "conflicts": rows(
                "select fact, count(*) as convictions from court_needs_review,"
                " unnest(string_split(conflicting_facts, ', ')) as facts (fact)"
                " where county = $county group by fact order by convictions desc, fact"
            ),
        },
        "set_aside": rows(
            "select cause, count(*) as lines from set_aside_lines group by cause order by lines desc, cause"
        ),
    }


def public_figures(con: duckdb.DuckDBPyConnection, county: str) -> dict[str, Any]:
    """All that the public report says of a county: what county_public_summary holds, None where it is suppressed."""
    counts = "people, people_with_some_relief, people_with_full_relief, convictions, convictions_eligible"
    return {
        "county": county,
        **run_settings(con),
        "groups": fetch(
            con,
            f"select dimension, group_name, {counts} from county_public_summary where county = $county"
            f" order by {ORDER_OF_GROUPS}",
            county,
        ),
    }


def fetch(con: duckdb.DuckDBPyConnection, query: str, county: str) -> list[dict[str, Any]]:
    """The rows of a query by column name."""
    result = con.execute(query, {"county": county} if "$county" in query else None)
    names = [name for name, *_ in result.description or ()]
    return [dict(zip(names, map(printable, row), strict=True)) for row in result.fetchall()]


def run_settings(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The as-of date, and the policy whose decisions the run's files carry."""
    [policy] = fetch(
        con,
        "select as_of_date, policies.policy, title, description, citation from run_settings"
        " inner join policies on criteria_policy = policies.policy",
        "",
    )
    return {"as_of": policy.pop("as_of_date"), "policy": policy}


def order(column: str) -> str:
    """SQL that puts determinations in the order of the seed."""
    return f"list_position([{', '.join(map(repr, project.determinations()))}], {column})"
