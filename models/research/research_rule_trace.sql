select
    {{ research_id('trace.conviction_id') }} as conviction_id,
    facts.county,
    trace.policy,
    trace.rule_order,
    trace.rule_id,
    trace.answer,
    trace.missing_facts,
    trace.is_first_met
from {{ ref('fct_rule_trace') }} as trace
inner join {{ ref('fct_conviction_facts') }} as facts on trace.conviction_id = facts.conviction_id
