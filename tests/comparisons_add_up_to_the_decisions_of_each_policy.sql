-- Paired with whatever other policy, a policy's convictions are those of county_decisions: a determination fails that
-- loses or gains one.
with

compared as (
    select
        county,
        policy_a as policy,
        policy_b,
        determination_a as determination,
        sum(convictions) as convictions
    from {{ ref('county_policy_comparison') }}
    where determination_a <> 'Not covered'
    group by all
),

decided as (
    select
        county,
        policy,
        determination,
        sum(convictions) as convictions
    from {{ ref('county_decisions') }}
    group by all
),

expected as (
    select
        decided.*,
        others.policy as policy_b
    from decided
    cross join (select distinct policy from {{ ref('dim_policy_rules') }}) as others
)

select
    county,
    policy,
    policy_b,
    determination,
    expected.convictions as decided,
    compared.convictions as compared
from expected
full outer join compared using (county, policy, policy_b, determination)
where expected.convictions is distinct from compared.convictions
