-- The numbers that a run shows at its end, for one county or, as sums over the counties, for all.
select
    (select sum(records) from raw_reconciliation) as input_lines,
    (
        select coalesce(sum(subjects_with_prop64_conviction), 0) from county_overview
        where $county in (county, 'all')
    ) as people_with_a_prop64_conviction,
    (
        select coalesce(sum(prop64_convictions), 0) from county_overview
        where $county in (county, 'all')
    ) as prop64_convictions,
    (
        select coalesce(sum(already_relieved_convictions), 0) from county_overview
        where $county in (county, 'all')
    ) as prop64_convictions_relieved_already,
    coalesce(sum(dismissals), 0) as convictions_eligible_for_dismissal,
    coalesce(sum(reductions), 0) as convictions_eligible_for_reduction,
    coalesce(sum(hand_reviews), 0) as convictions_for_hand_review,
    coalesce(sum(subjects_with_some_relief), 0) as people_with_some_relief,
    coalesce(sum(subjects_no_felony), 0) as people_who_will_have_no_felony,
    coalesce(sum(subjects_no_conviction), 0) as people_who_will_have_no_conviction,
    coalesce(sum(subjects_no_conviction_last_7_years), 0)
        as people_who_will_have_no_conviction_in_the_last_7_years
from county_impact
where policy = (select criteria_policy from run_settings) and $county in (county, 'all')
