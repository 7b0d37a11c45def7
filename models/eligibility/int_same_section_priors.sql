with prop64_convictions as (
    select * from {{ ref('int_covered_convictions') }}
    where is_prop64
),

-- A conviction for an unread charge may be one for the same section.
unread_convictions as (
    select
        convictions.subject_key,
        convictions.cycle_event,
        convictions.conviction_date
    from {{ ref('fct_convictions') }} as convictions
    inner join {{ ref('dim_offenses') }} as offenses on convictions.offense_id = offenses.offense_id
    where offenses.reading <> 'certain'
),

possible_priors as (
    select
        convictions.conviction_id,
        count(*) filter (where coalesce(unread.conviction_date < convictions.conviction_date, true))
            as unread_convictions_before,
        count(distinct unread.cycle_event) as unread_conviction_events
    from prop64_convictions as convictions
    inner join unread_convictions as unread on convictions.subject_key = unread.subject_key
    group by convictions.conviction_id
),

priors as (
    select
        conviction_id,
        case
            when conviction_date is null then 0
            else rank() over (
                partition by subject_key, prop64_section order by conviction_date nulls last
            ) - 1
        end as earlier_convictions_same_section,
        case
            when conviction_date is null then count(*) over (partition by subject_key, prop64_section) - 1
            else count(*) filter (where conviction_date is null) over (
                partition by subject_key, prop64_section
            )
        end as undated_order_convictions_same_section,
        -- Events, not counts: San Francisco asks how often a person was convicted of exactly this charge.
        count(distinct cycle_event) over (
            partition by subject_key, prop64_section, coalesce(subdivision, ''), is_attempt
        ) as conviction_events_same_charge
    from prop64_convictions
)

select
    priors.*,
    coalesce(possible_priors.unread_convictions_before, 0) as unread_convictions_before,
    coalesce(possible_priors.unread_conviction_events, 0) as unread_conviction_events
from priors
left join possible_priors on priors.conviction_id = possible_priors.conviction_id
