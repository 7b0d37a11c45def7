-- Paired with whatever other policy, a policy's convictions are those of county_decisions: a determination
-- that loses or gains one fails.
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

policies as (
    select distinct policy
    from {{ ref('dim_policy_rules') }}
),

expected as (
    select
        decided.county,
        decided.policy,
        decided.determination,
        decided.convictions,
        policies.policy as policy_b
    from decided
    cross join policies
)

select
    coalesce(expected.county, compared.county) as county,
    coalesce(expected.policy, compared.policy) as policy,
    coalesce(expected.determination, compared.determination) as determination,
    coalesce(expected.policy_b, compared.policy_b) as paired_with,
    expected.convictions as decided,
    compared.convictions as compared
from expected
full outer join compared
    on
        expected.county = compared.county
        and expected.policy = compared.policy
        and expected.policy_b = compared.policy_b
        and expected.determination = compared.determination
where expected.convictions is distinct from compared.convictions
