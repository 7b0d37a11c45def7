with for_review as (
    select conviction_id
    from {{ ref('fct_decisions') }}
    where
        policy = (select criteria_policy from {{ ref('run_settings') }})
        and needs_review
)

select for_review.conviction_id
from for_review
left join {{ ref('court_needs_review') }} as listed on for_review.conviction_id = listed.conviction_id
where listed.conviction_id is null
