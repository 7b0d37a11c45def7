select
    decisions.county,
    decisions.policy,
    facts.prop64_section,
    facts.level,
    decisions.determination,
    decisions.rule_id,
    decisions.reason,
    count(*) as convictions,
    count(distinct decisions.subject_key) as subjects
from {{ ref('fct_decisions') }} as decisions
inner join {{ ref('fct_conviction_facts') }} as facts on decisions.conviction_id = facts.conviction_id
group by all
