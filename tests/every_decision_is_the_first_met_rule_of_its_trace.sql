-- The first met rule and what may stand ahead of it, worked out anew from the trace: a decision stands where
-- all undecided rules ahead of that rule determine the same; otherwise, or where no rule is met for certain,
-- it is left to review and names what is missing.
with trace as (
    select
        trace.policy,
        trace.conviction_id,
        trace.rule_order,
        trace.rule_id,
        trace.answer,
        trace.leaves_open,
        rules.determination,
        min(case when trace.answer = 'met' then trace.rule_order end) over (
            partition by trace.policy, trace.conviction_id
        ) as first_met_order
    from {{ ref('fct_rule_trace') }} as trace
    inner join {{ ref('dim_policy_rules') }} as rules
        on trace.policy = rules.policy and trace.rule_id = rules.rule_id
),

expected as (
    select
        policy,
        conviction_id,
        max(rule_id) filter (where rule_order = first_met_order) as rule_id,
        max(determination) filter (where rule_order = first_met_order) as determination,
        min(first_met_order) is null
        or count(distinct determination) filter (
            where rule_order = first_met_order or rule_order < first_met_order and answer = 'undecided'
        ) > 1 as is_open,
        bool_or(leaves_open) as is_left_open,
        bool_or(leaves_open and (answer <> 'undecided' or rule_order > first_met_order)) as has_open_later
    from trace
    group by policy, conviction_id
)

select
    decisions.policy,
    decisions.conviction_id,
    decisions.rule_id,
    decisions.determination,
    decisions.reason,
    expected.rule_id as first_met_rule,
    expected.is_open
from {{ ref('fct_decisions') }} as decisions
left join expected
    on decisions.policy = expected.policy and decisions.conviction_id = expected.conviction_id
where
    decisions.rule_id is distinct from expected.rule_id
    or decisions.determination
    is distinct from case
        when expected.is_open
            then (
                select determination from {{ ref('determinations') }}
                where is_hand_review
            )
        else expected.determination
    end
    or (decisions.missing_facts is not null) is distinct from expected.is_open
    or expected.is_left_open is distinct from expected.is_open
    or expected.has_open_later
    or expected.is_open and decisions.reason is distinct from 'Missing ' || decisions.missing_facts
    or decisions.reason is null
    or contains(decisions.reason, '{')
