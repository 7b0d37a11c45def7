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
        else count(*) filter (conviction_date is null) over (partition by subject_key, prop64_section)
    end as undated_order_convictions_same_section,
    -- Events, not counts: San Francisco asks how often a person was convicted of exactly this charge.
    count(distinct cycle_event) over (
        partition by subject_key, prop64_section, coalesce(subdivision, ''), is_attempt
    ) as conviction_events_same_charge
from {{ ref('int_covered_convictions') }}
where is_prop64
