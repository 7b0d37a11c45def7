with decisions as (
    select
        conviction_id,
        determination,
        reason
    from {{ ref('fct_decisions') }}
    where policy = (select criteria_policy from {{ ref('run_settings') }})
)

select
    decisions.conviction_id,
    results.line_id
from decisions
full outer join {{ ref('court_results') }} as results on decisions.conviction_id = results.line_id
where
    decisions.conviction_id is null
    or results.line_id is null
    or decisions.determination <> results.determination
    or decisions.reason <> results.reason
