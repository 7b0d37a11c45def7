with expected as (
    select
        decisions.policy,
        decisions.conviction_id,
        rules.rule_id,
        rules.rule_order
    from {{ ref('fct_decisions') }} as decisions
    inner join {{ ref('dim_policy_rules') }} as rules on decisions.policy = rules.policy
),

answered as (
    select
        policy,
        conviction_id,
        rule_id,
        count(*) as answers,
        min(rule_order) as rule_order
    from {{ ref('fct_rule_trace') }}
    group by policy, conviction_id, rule_id
)

select
    coalesce(expected.policy, answered.policy) as policy,
    coalesce(expected.conviction_id, answered.conviction_id) as conviction_id,
    coalesce(expected.rule_id, answered.rule_id) as rule_id,
    answered.answers
from expected
full outer join answered
    on
        expected.policy = answered.policy
        and expected.conviction_id = answered.conviction_id
        and expected.rule_id = answered.rule_id
where
    expected.policy is null
    or answered.answers is distinct from 1
    or expected.rule_order <> answered.rule_order
