select
    {{ research_id('decisions.conviction_id') }} as conviction_id,
    {{ research_id('decisions.subject_key') }} as person_id,
    decisions.county,
    decisions.policy,
    decisions.policy = settings.criteria_policy as is_policy_of_run,
    decisions.rule_id,
    decisions.determination,
    decisions.relief,
    decisions.is_relief,
    decisions.needs_review,
    decisions.reason,
    decisions.missing_facts
from {{ ref('fct_decisions') }} as decisions
cross join {{ ref('run_settings') }} as settings
