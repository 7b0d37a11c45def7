{{ config(pre_hook="{{ write_records() }}", post_hook="{{ empty_records() }}") }}

-- depends_on: {{ ref('raw_extract_records') }}
{% if every_line_is_a_record() %}
    -- Every physical line is one record: the engine's own reader gives row n for line n, header lines too.
    {% for file in extract_files() %}
        select {{ carried_columns() | join(', ') | lower }}
        from {{ read_records(file.path, file.encoding) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
{% else %}
    -- Some line is not: what is read are the records that were put together line by line.
    select
        records.line_id,
        fields.{{ carried_columns() | join(',\n        fields.') | lower }}
    from (select line_id from {{ ref('raw_extract_records') }}) as records
    positional join {{ read_records(records_file(), 'utf-8') }} as fields
{% endif %}
