-- Which missing facts leave which rule of which policy undecided, for each conviction.
with reads as (
    select
        policy,
        rule_id,
        unnest(string_split(facts_read, ';')) as fact
    from {{ ref('dim_policy_rules') }}
    where facts_read is not null
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
    missing.missing_fact,
    labels.label_order,
    replace(labels.label, '{statute}', coalesce(missing.depends_on, '')) as label
from undecided
inner join reads on undecided.policy = reads.policy and undecided.rule_id = reads.rule_id
inner join {{ ref('int_missing_facts') }} as missing
    on undecided.conviction_id = missing.conviction_id and reads.fact = missing.fact
inner join {{ ref('facts') }} as labels on missing.missing_fact = labels.fact
