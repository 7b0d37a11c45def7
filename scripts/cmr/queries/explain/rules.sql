-- Every rule of every policy that covers a conviction of a person, in order: its answer, and the decision.
with

decisions as (
    select * from fct_decisions
    where subject_key = $subject_key and policy = coalesce($policy, policy)
),

missing as (
    select
        policy,
        conviction_id,
        rule_id,
        missing_facts
    from fct_rule_trace
    where conviction_id in (select conviction_id from decisions)
),

read_facts as (
    select
        policy,
        rule_id,
        unnest(string_split(facts_read, ';')) as fact,
        generate_subscripts(string_split(facts_read, ';'), 1) as place
    from dim_policy_rules
),

-- Two facts may be read from the same column.
read_columns as (
    select
        read_facts.policy,
        read_facts.rule_id,
        string_split(string_agg(facts.columns, ';' order by read_facts.place), ';') as columns
    from read_facts
    inner join facts on read_facts.fact = facts.fact
    group by read_facts.policy, read_facts.rule_id
)

select
    decisions.conviction_id,
    decisions.policy,
    policies.title,
    decisions.determination,
    decisions.reason,
    decisions.missing_facts as decision_missing_facts,
    answers.rule_order,
    answers.rule_id,
    rules.description,
    rules.citation,
    rules.determination as rule_determination,
    read_columns.columns as columns_read,
    answers.answer,
    missing.missing_facts,
    answers.is_first_met,
    answers.leaves_open,
    answers.rule_order > max(answers.rule_order) filter (where answers.is_first_met)
        over (partition by decisions.conviction_id, decisions.policy) as is_after_the_first_met
from decisions
inner join int_outcome_rules as answers
    on decisions.policy = answers.policy and decisions.outcomes = answers.outcomes
inner join dim_policy_rules as rules on answers.policy = rules.policy and answers.rule_id = rules.rule_id
left join read_columns on answers.policy = read_columns.policy and answers.rule_id = read_columns.rule_id
inner join policies on decisions.policy = policies.policy
left join missing
    on
        decisions.policy = missing.policy
        and decisions.conviction_id = missing.conviction_id
        and answers.rule_id = missing.rule_id
order by decisions.conviction_id, policies.policy_order, answers.rule_order
