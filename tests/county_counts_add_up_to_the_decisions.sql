-- Each county's decided convictions: from the decisions, from their breakdown, and from the impact on people.
with counts as (
    select
        county,
        policy,
        count(*) as decisions,
        0 as broken_down,
        0 as in_impact
    from {{ ref('fct_decisions') }}
    group by county, policy
    union all
    select
        county,
        policy,
        0 as decisions,
        sum(convictions) as broken_down,
        0 as in_impact
    from {{ ref('county_decisions') }}
    group by county, policy
    union all
    select
        county,
        policy,
        0 as decisions,
        0 as broken_down,
        convictions_decided as in_impact
    from {{ ref('county_impact') }}
)

select
    county,
    policy,
    sum(decisions) as decisions,
    sum(broken_down) as broken_down,
    sum(in_impact) as in_impact
from counts
group by county, policy
having sum(decisions) <> sum(broken_down) or sum(decisions) <> sum(in_impact)
