-- Which missing facts leave which rule of which policy undecided, for each conviction.
with needs as (
    select
        policy,
        rule_id,
        unnest(string_split(facts_needed, ';')) as fact
    from {{ ref('dim_policy_rules') }}
    where facts_needed is not null
),

undecided as (
    select
        outcomes.policy,
        outcomes.conviction_id,
        answers.rule_id,
        answers.leaves_open
    from {{ ref('int_outcomes') }} as outcomes
    inner join {{ ref('int_outcome_rules') }} as answers
        on outcomes.policy = answers.policy and outcomes.outcomes = answers.outcomes
    where answers.answer = 'undecided'
)

select
    undecided.policy,
    undecided.conviction_id,
    undecided.rule_id,
    undecided.leaves_open,
    missing.fact,
    missing.label_order,
    missing.label
from undecided
inner join needs on undecided.policy = needs.policy and undecided.rule_id = needs.rule_id
inner join {{ ref('int_missing_facts') }} as missing
    on undecided.conviction_id = missing.conviction_id and needs.fact = missing.fact
