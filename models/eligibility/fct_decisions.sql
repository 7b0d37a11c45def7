with deciding_rules as (
    select
        policy,
        outcomes,
        max(rule_id) filter (where is_first_met) as rule_id,
        bool_or(leaves_open) as is_open
    from {{ ref('int_outcome_rules') }}
    group by policy, outcomes
),

missing as (
    select
        policy,
        conviction_id,
        string_agg(label, ', ' order by label_order, label) as missing_facts
    from (
        select distinct
            policy,
            conviction_id,
            label_order,
            label
        from {{ ref('int_undecided_rules') }}
        where leaves_open
    )
    group by policy, conviction_id
)

select
    outcomes.policy,
    outcomes.conviction_id,
    facts.subject_key,
    facts.county,
    outcomes.outcomes,
    deciding_rules.rule_id,
    case when deciding_rules.is_open then 'Hand Review' else rules.determination end as determination,
    case
        when deciding_rules.is_open then 'Missing ' || missing.missing_facts
        else {{ reason_text('rules.reason') }}
    end as reason,
    missing.missing_facts
from {{ ref('int_outcomes') }} as outcomes
inner join deciding_rules
    on outcomes.policy = deciding_rules.policy and outcomes.outcomes = deciding_rules.outcomes
-- No rule at all where none is met for certain.
left join {{ ref('dim_policy_rules') }} as rules
    on deciding_rules.policy = rules.policy and deciding_rules.rule_id = rules.rule_id
inner join {{ ref('fct_conviction_facts') }} as facts on outcomes.conviction_id = facts.conviction_id
left join {{ ref('int_county_criteria') }} as criteria on facts.county = criteria.county
left join missing on outcomes.policy = missing.policy and outcomes.conviction_id = missing.conviction_id
