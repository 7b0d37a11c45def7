{{ config(materialized='ephemeral') }}

select
    'ca_doj_extract' as source,
    line_id as entry_id,
    subject_id,
    cii_number,
    subject_name,
    date_of_birth,
    sex,
    race,
    coalesce(event_type = 'DECEASED', false) as is_deceased
from {{ ref('stg_ca_doj__lines') }}
where set_aside_cause is null
