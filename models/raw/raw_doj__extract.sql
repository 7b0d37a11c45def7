{{ config(materialized='view') }}

with fields as (
    select
        {% if every_line_is_a_record() %}{{ row_position() }} as line_id,{% endif %}
        *
    from {{ ref('raw_extract_fields') }}
)

-- line_id and the fields of carried_columns()
select * -- noqa: AM04
from fields
where not {{ is_header('line_id') }}
