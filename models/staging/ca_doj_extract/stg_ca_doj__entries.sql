{{ config(materialized='ephemeral') }}

select
    'ca_doj_extract' as source,
    line_id as entry_id,
    subject_id,
    cycle,
    cycle_event,
    left(cnt_order, 9) as count_id,
    cnt_order as charge_id,
    event_type,
    event_date,
    is_dated_after_as_of,
    county,
    court,
    charge_text,
    offense_of_conviction,
    offense_of_disposition,
    level,
    disposition,
    comment_as_written,
    is_convicted,
    is_dismissed_under_1203_4,
    is_pc290_registration
from {{ ref('stg_ca_doj__lines') }}
where set_aside_cause is null
