-- depends_on: {{ ref('raw_extract_records') }}
{%- set names = doj_columns() | list -%}
{% if every_line_is_a_record() %}
-- Every physical line is one record: the engine's own reader gives row n for line n, header lines included.
{% for file in extract_files() %}
select {{ carried_columns() | join(', ') | lower }}
from {{ read_records(file.path, file.encoding) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
{% else %}
-- Some line is not: the fields are cut out of the records that were put together line by line.
select
    line_id,
    {% for name in carried_columns() %}
    {{ record_field('fields', names.index(name) + 1) }} as {{ name | lower }}{{ ',' if not loop.last }}
    {% endfor %}
from (
    select
        line_id,
        {{ record_fields('text') }} as fields
    from {{ ref('raw_extract_records') }}
)
order by line_id
{% endif %}
