{{ config(materialized='ephemeral') }}

select
    'ca_doj_extract' as source,
    line_id as entry_id,
    file_name,
    line
from {{ ref('raw_line_numbers') }}
