{{ config(
    meta={'stored_as': 'file_id smallint, text varchar using compression zstd'},
    post_hook="{{ keep_reader_rejects() }}"
) }}

{% for file in extract_files() %}
    select
        cast({{ loop.index }} as smallint) as file_id,
        text
    from {{ read_physical_lines(file.path, file.encoding) }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
