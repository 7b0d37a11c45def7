select
    policy,
    conviction_id,
    rule_id,
    answer,
    missing_facts
from {{ ref('fct_rule_trace') }}
where (answer = 'undecided') <> (missing_facts is not null)
