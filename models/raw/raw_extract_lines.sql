{{ config(
    meta={'stored_as': 'file_id smallint, text_hash ubigint, text varchar using compression zstd'},
    post_hook="{{ keep_reader_rejects() }}"
) }}

{% for file in extract_files() %}
    select
        cast({{ loop.index }} as smallint) as file_id,
        {{ text_hash('text') }} as text_hash,
        {% if keeps_line_texts() %}
            text
        {% else %}
            -- A header, which holds this name, is still to be looked at, and so is what is no record.
            case
                when {{ is_record('text') }} and not contains(text, 'SUBJECT_ID') then {{ left_out_text() }}
                else text
            end as text
        {% endif %}
    from {{ read_physical_lines(file.path, file.encoding) }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
