with for_review as (
    select conviction_id
    from {{ ref('fct_decisions') }}
    where
        policy = (select criteria_policy from {{ ref('run_settings') }})
        and determination = 'Hand Review'
),

listed as (
    select convictions.conviction_id
    from {{ ref('court_needs_review') }} as review
    inner join {{ ref('dim_subjects') }} as subjects on review.subject_id = subjects.subject_id
    inner join {{ ref('fct_convictions') }} as convictions
        on
            subjects.subject_key = convictions.subject_key
            and review.cnt_order = convictions.cnt_order
)

select for_review.conviction_id
from for_review
left join listed on for_review.conviction_id = listed.conviction_id
where listed.conviction_id is null
