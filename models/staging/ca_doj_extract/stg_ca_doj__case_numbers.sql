{{ config(materialized='ephemeral') }}

select
    'ca_doj_extract' as source,
    line_id as entry_id,
    subject_id,
    cycle_event,
    case_number
from {{ ref('stg_ca_doj__lines') }}
where set_aside_cause is null and event_type = 'COURT ACTION' and case_number is not null
