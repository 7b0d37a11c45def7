-- Question: a county that keeps its choices and adds one more option: how many more convictions would it
-- dismiss?
-- Reading: the Prop 64 convictions that the policy of the run does not dismiss now, and how many of them
-- each option alone would dismiss. The rows are not to be added up: one conviction may fall under several
-- options. No rows: the policy dismisses everything already.
-- Caveat: marts have whole years. A conviction exactly five years back counts for "no conviction in the
-- past 5 years" here and does not in the criteria; the other options are exact. Convictions with the fact
-- unknown count under no option. cmr compare with a criteria file for each option gives the effect on
-- people.
with not_dismissed as (
    select
        convictions.*,
        people.age,
        people.is_deceased,
        people.undated_convictions,
        people.years_since_last_known_conviction
    from {{ ref('research_decisions') }} as decisions
    inner join {{ ref('research_convictions') }} as convictions
        on decisions.conviction_id = convictions.conviction_id
    inner join {{ ref('research_people') }} as people
        on decisions.person_id = people.person_id and decisions.county = people.county
    where
        decisions.is_policy_of_run
        and convictions.is_prop64
        and decisions.relief <> 'dismissal'
),

options as (
    select
        county,
        unnest([
            'under 21 at conviction', 'age 50 or over', 'conviction 10 or more years ago',
            'no conviction in the past 5 years', 'only Prop 64 convictions', 'deceased'
        ]) as added_option,
        unnest([
            age_at_conviction < 21, age >= 50, years_since_conviction >= 10,
            undated_convictions = 0 and years_since_last_known_conviction >= 5, has_only_prop64_convictions,
            is_deceased
        ]) as would_dismiss,
        person_id
    from not_dismissed
)

select
    county,
    added_option,
    count(*) as not_dismissed_now,
    count(*) filter (where would_dismiss) as would_be_dismissed,
    count(distinct person_id) filter (where would_dismiss) as people
from options
group by all
order by county asc, would_be_dismissed desc, added_option asc
