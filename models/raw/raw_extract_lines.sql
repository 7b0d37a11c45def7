{{ config(
    meta={
        'stored_as': 'file_id smallint, text_hash ubigint, is_record boolean, text varchar using compression zstd'
    },
    post_hook="{{ keep_reader_rejects() }}"
) }}

with lines as (
    {% for file in extract_files() %}
        select
            cast({{ loop.index }} as smallint) as file_id,
            text
        from {{ read_physical_lines(file.path, file.encoding) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

checked_lines as (
    select
        *,
        {{ line_is_record('text') }} as is_record
    from lines
)

select
    file_id,
    {{ text_hash('text') }} as text_hash,
    is_record,
    {% if keeps_line_texts() %}
        text
    {% else %}
        -- Keep the text of headers and of lines that are not records: later models read them. A header holds
        -- this name. Looking for one character first takes a fourth of the time. A line break, which no line
        -- holds, stands for a text that is not kept.
        case
            when is_record and not (contains(text, '_') and contains(text, 'SUBJECT_ID')) then chr(10)
            else text
        end as text
    {% endif %}
from checked_lines
