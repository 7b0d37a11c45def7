{{ config(materialized='view') }}
-- depends_on: {{ ref('raw_reassembled_lines') }}

with lines as (
    select
        {{ row_position() }} as line_id,
        text_hash,
        text
    from {{ ref('raw_extract_lines') }}
    where not {{ is_header(row_position()) }}
)

select
    line_id,
    text_hash,
    text
from lines
{% if not every_line_is_a_record() %}
    where line_id not in (select line_id from {{ ref('raw_odd_lines') }})
    union all
    select
        line_id,
        {{ text_hash('text') }} as text_hash,
        text
    from {{ ref('raw_reassembled_lines') }}
    where cause is null
    order by line_id
{% endif %}
