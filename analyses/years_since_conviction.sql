-- Question: for how long have people carried convictions that are eligible now?
-- Reading: eligible Prop 64 convictions by whole years since conviction, in steps of five, with the years
-- that people have lived with them in sum.
-- Caveat: counted to the as-of date of the run, not to the day on which relief is granted. Convictions of
-- unknown date are in a row of their own and in no sum.
select
    convictions.county,
    convictions.section,
    5 * (convictions.years_since_conviction // 5) as years_from,
    5 * (convictions.years_since_conviction // 5) + 4 as years_to,
    count(*) as eligible,
    sum(convictions.years_since_conviction) as years_carried
from {{ ref('research_convictions') }} as convictions
inner join {{ ref('research_decisions') }} as decisions
    on convictions.conviction_id = decisions.conviction_id and decisions.is_policy_of_run
where
    convictions.is_prop64
    and decisions.is_relief
group by all
order by convictions.county, convictions.section, years_from nulls last
