-- Convictions by the hundred thousand share a few hundred ways in which a policy's rules come out: each is
-- decided once.
with distinct_outcomes as (
    select distinct
        policy,
        outcomes
    from {{ ref('int_outcomes') }}
),

answers as (
    select
        outcomes.policy,
        outcomes.outcomes,
        rules.rule_order,
        rules.rule_id,
        rules.determination,
        case substr(outcomes.outcomes, rules.rule_order, 1)
            when 'Y' then 'met' when 'N' then 'not met' else 'undecided'
        end as answer
    from distinct_outcomes as outcomes
    inner join {{ ref('dim_policy_rules') }} as rules on outcomes.policy = rules.policy
),

first_met as (
    select
        *,
        min(case when answer = 'met' then rule_order end) over (
            partition by policy, outcomes
        ) as first_met_order
    from answers
),

-- What may decide: the first rule that is met, and the undecided ones ahead of it; where no rule is met for
-- certain, all undecided ones.
candidates as (
    select
        *,
        answer <> 'not met' and coalesce(rule_order <= first_met_order, true) as may_decide
    from first_met
),

-- An undecided rule leaves the decision open where a later candidate would determine something else, or where
-- no rule is met for certain.
open_rules as (
    select distinct
        candidates.policy,
        candidates.outcomes,
        candidates.rule_order
    from candidates
    inner join candidates as later
        on
            candidates.policy = later.policy
            and candidates.outcomes = later.outcomes
            and candidates.rule_order < later.rule_order
            and candidates.determination <> later.determination
    where candidates.answer = 'undecided' and candidates.may_decide and later.may_decide
    union
    select
        policy,
        outcomes,
        rule_order
    from candidates
    where answer = 'undecided' and first_met_order is null
)

select
    candidates.policy,
    candidates.outcomes,
    candidates.rule_order,
    candidates.rule_id,
    candidates.determination,
    candidates.answer,
    coalesce(candidates.rule_order = candidates.first_met_order, false) as is_first_met,
    open_rules.rule_order is not null as leaves_open
from candidates
left join open_rules
    on
        candidates.policy = open_rules.policy
        and candidates.outcomes = open_rules.outcomes
        and candidates.rule_order = open_rules.rule_order
