{{ config(materialized='view') }}

with missing as (
    select
        policy,
        conviction_id,
        rule_id,
        string_agg(label, ', ' order by label_order, label) as missing_facts
    from (
        select distinct
            policy,
            conviction_id,
            rule_id,
            label_order,
            label
        from {{ ref('int_undecided_rules') }}
    )
    group by policy, conviction_id, rule_id
)

select
    outcomes.policy,
    outcomes.conviction_id,
    answers.rule_order,
    answers.rule_id,
    answers.answer,
    missing.missing_facts,
    answers.is_first_met,
    answers.leaves_open
from {{ ref('int_outcomes') }} as outcomes
inner join {{ ref('int_outcome_rules') }} as answers
    on outcomes.policy = answers.policy and outcomes.outcomes = answers.outcomes
left join missing
    on
        outcomes.policy = missing.policy
        and outcomes.conviction_id = missing.conviction_id
        and answers.rule_id = missing.rule_id
