"""The numbers of a county or of a run, for programs and for the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cmr import sql

if TYPE_CHECKING:
    import duckdb


# The numbers that a run shows at its end, and their words.
HEADLINE = {
    "input_lines": "input lines",
    "people_with_a_prop64_conviction": "people with a Prop 64 conviction",
    "prop64_convictions": "Prop 64 convictions",
    "prop64_convictions_relieved_already": "Prop 64 convictions relieved already",
    "convictions_eligible_for_dismissal": "convictions eligible for dismissal",
    "convictions_eligible_for_reduction": "convictions eligible for reduction",
    "convictions_for_hand_review": "convictions for hand review",
    "people_with_some_relief": "people with some relief",
    "people_who_will_have_no_felony": "people who will have no felony",
    "people_who_will_have_no_conviction": "people who will have no conviction",
    "people_who_will_have_no_conviction_in_the_last_7_years": "people who will have no conviction in the last 7 years",
}


def summary(con: duckdb.DuckDBPyConnection, county: str, seconds: float) -> dict[str, Any]:
    """The county's summary.json: the county_summaries models under the names that counties' scripts read."""

    def rows(query: str) -> list[tuple[Any, ...]]:
        return con.execute(query, {"county": county} if "$county" in query else None).fetchall()

    def counts(query: str) -> dict[str, int]:
        return dict(rows(query))

    (policy,) = rows("select criteria_policy from run_settings")[0]
    (line_count,) = rows("select sum(records) from raw_reconciliation")[0]
    overview = rows(
        "select earliest_conviction_date, subjects_with_prop64_conviction, prop64_felony_convictions,"
        " prop64_non_felony_convictions, already_relieved_convictions from county_overview where county = $county"
    )
    earliest, subjects, felonies, non_felonies, relieved = overview[0] if overview else (None, 0, 0, 0, 0)
    impact = {
        policy: relief
        for policy, *relief in rows(
            "select policy, subjects_no_felony, subjects_no_conviction, subjects_no_conviction_last_7_years,"
            " subjects_with_some_relief from county_impact where county = $county"
        )
    }

    def relief(policy: str) -> dict[str, int]:
        no_felony, no_conviction, last_7_years, _ = impact.get(policy, (0, 0, 0, 0))
        return {
            "CountSubjectsNoFelony": no_felony,
            "CountSubjectsNoConviction": no_conviction,
            "CountSubjectsNoConvictionLast7Years": last_7_years,
        }

    def by_section(choice: str) -> dict[str, int]:
        return counts(
            "select prop64_section, convictions from county_section_choices cross join run_settings"
            f" where county = $county and choice = '{choice}' and criteria_policy = 'county_criteria' order by 1"
        )

    return {
        "county": county,
        "lineCount": line_count,
        "processingTimeInSeconds": round(seconds, 1),
        "earliestConviction": earliest.isoformat() if earliest else None,
        "reliefWithCurrentEligibilityChoices": relief(policy),
        "reliefWithDismissAllProp64": relief("dismiss_all_prop64"),
        "reliefWithDismissAllProp64AndRelated": relief("dismiss_all_prop64_and_related"),
        "prop64ConvictionsCountInCountyByCodeSection": counts(
            "select prop64_section, sum(convictions) from county_prop64_convictions where county = $county"
            " group by 1 order by 1"
        ),
        "subjectsWithProp64ConvictionCountInCounty": subjects,
        "prop64FelonyConvictionsCountInCounty": felonies,
        "prop64NonFelonyConvictionsCountInCounty": non_felonies,
        "prop64ConvictionsAlreadyRelievedCountInCounty": relieved,
        "subjectsWithSomeReliefCount": impact.get(policy, (0, 0, 0, 0))[3],
        "convictionDismissalCountByCodeSection": by_section("dismiss"),
        "convictionReductionCountByCodeSection": by_section("reduce"),
        "convictionDismissalCountByAdditionalRelief": counts(
            "select reason, sum(convictions) from county_decisions cross join run_settings"
            " where county = $county and policy = criteria_policy"
            " and determination in (select determination from determinations where relief = 'dismissal')"
            " and rule_id not in ('not_a_felony', 'section_dismissed') group by 1 order by 1"
        ),
    }


def headline(con: duckdb.DuckDBPyConnection, county: str) -> dict[str, int]:
    """The numbers of HEADLINE, for one county or, as sums over the counties, for `all`."""
    [numbers] = sql.rows(con, sql.query("files/headline"), {"county": county})
    return {name: int(numbers[name]) for name in HEADLINE}
