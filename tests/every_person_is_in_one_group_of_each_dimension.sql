-- The groups of each dimension add up to the county's impact: the tables that people compare say the same.
with groups as (
    select
        county,
        policy,
        dimension,
        sum(people) as people,
        sum(people_with_some_relief) as people_with_some_relief,
        sum(people_with_full_relief) as people_with_full_relief,
        sum(convictions) as convictions,
        sum(convictions_eligible) as convictions_eligible
    from {{ ref('county_demographics') }}
    group by county, policy, dimension
)

select
    impact.county,
    impact.policy,
    groups.dimension
from {{ ref('county_impact') }} as impact
left join groups on impact.county = groups.county and impact.policy = groups.policy
where
    (
        impact.subjects = groups.people
        and impact.subjects_with_some_relief = groups.people_with_some_relief
        and impact.subjects_no_conviction = groups.people_with_full_relief
        and impact.convictions_decided = groups.convictions
        and impact.dismissals + impact.reductions = groups.convictions_eligible
    ) is not true
