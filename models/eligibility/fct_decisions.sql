with deciding_rules as (
    select
        policy,
        outcomes,
        max(rule_id) filter (where is_first_met) as rule_id,
        bool_or(leaves_open) as is_open
    from {{ ref('int_outcome_rules') }}
    group by policy, outcomes
),

-- No rule at all where none is met for certain.
determined as (
    select
        deciding_rules.policy,
        deciding_rules.outcomes,
        deciding_rules.rule_id,
        deciding_rules.is_open,
        rules.reason,
        determinations.determination,
        determinations.relief,
        determinations.is_relief,
        determinations.needs_review
    from deciding_rules
    left join {{ ref('dim_policy_rules') }} as rules
        on deciding_rules.policy = rules.policy and deciding_rules.rule_id = rules.rule_id
    inner join {{ ref('determinations') }} as determinations
        on
            case
                when deciding_rules.is_open then determinations.is_hand_review
                else rules.determination = determinations.determination
            end
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
    determined.rule_id,
    determined.determination,
    determined.relief,
    determined.is_relief,
    determined.needs_review,
    case
        when determined.is_open then 'Missing ' || missing.missing_facts
        else {{ reason_text('determined.reason') }}
    end as reason,
    missing.missing_facts
from {{ ref('int_outcomes') }} as outcomes
inner join determined
    on outcomes.policy = determined.policy and outcomes.outcomes = determined.outcomes
inner join {{ ref('fct_conviction_facts') }} as facts on outcomes.conviction_id = facts.conviction_id
left join {{ ref('int_county_criteria') }} as criteria on facts.county = criteria.county
left join missing on outcomes.policy = missing.policy and outcomes.conviction_id = missing.conviction_id
