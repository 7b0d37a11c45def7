-- What each policy would do for people, one row per policy in the order that they are named in.
select
    chosen.policy,
    coalesce(impact.convictions_decided, 0) as convictions_decided,
    coalesce(impact.dismissals, 0) as dismissals,
    coalesce(impact.reductions, 0) as reductions,
    coalesce(impact.hand_reviews, 0) as hand_reviews,
    coalesce(impact.subjects, 0) as subjects,
    coalesce(impact.subjects_with_some_relief, 0) as subjects_with_some_relief,
    coalesce(impact.subjects_no_felony, 0) as subjects_no_felony,
    coalesce(impact.subjects_no_conviction, 0) as subjects_no_conviction,
    coalesce(impact.subjects_no_conviction_last_7_years, 0) as subjects_no_conviction_last_7_years
from (
    select
        unnest($policies) as policy,
        generate_subscripts($policies, 1) as place
) as chosen
left join county_impact as impact on chosen.policy = impact.policy and impact.county = $county
order by chosen.place
