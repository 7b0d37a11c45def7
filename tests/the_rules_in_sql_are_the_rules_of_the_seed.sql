-- A policy's SQL asks the rules that seeds/rules.csv has for it, in the same order. A policy built on another
-- one (rules_of) asks each rule that it has rows of its own for, and otherwise rules of that one only.
with policies as (
    select
        policy,
        rules_of
    from {{ ref('policies') }}
),

described as (
    select
        policies.policy,
        policies.rules_of,
        rules.rule_id,
        rules.rule_order
    from policies
    inner join {{ ref('rules') }} as rules on policies.policy = rules.policy
)

select
    coalesce(asked.policy, described.policy) as policy,
    coalesce(asked.rule_id, described.rule_id) as rule_id,
    asked.rule_order as order_in_sql,
    described.rule_order as order_in_seed
from {{ ref('dim_policy_rules') }} as asked
inner join policies on asked.policy = policies.policy
full outer join described on asked.policy = described.policy and asked.rule_id = described.rule_id
where
    asked.policy is null
    or described.rule_order <> asked.rule_order
    or described.rule_id is null and policies.rules_of is null
    or described.rule_id is null
    and asked.rule_id not in (
        select rules.rule_id from {{ ref('rules') }} as rules
        where rules.policy = policies.rules_of
    )
    or asked.determination is null
