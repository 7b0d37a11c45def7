with files as (
    {% for file in extract_files() %}
        select
            {{ loop.index }} as file_id,
            {{ sql_text(file.name) }} as file_name,
            {{ sql_text(file.path) }} as path,
            {{ sql_text(file.encoding) }} as encoding
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

decoded as (
    select
        file_id,
        min({{ row_position() }}) as first_line_id,
        count(*) as decoded_lines
    from {{ ref('raw_extract_lines') }}
    group by file_id
),

undecoded as (
    select
        path,
        count(*) as undecoded_lines
    from {{ source('reader', 'raw_reader_rejects') }}
    group by path
),

-- The table is joined by itself: a CTE of its lines that is read twice would copy the text of all of them.
first_lines as (
    select
        lines.file_id,
        string_split(lines.text, ',') as names
    from {{ ref('raw_extract_lines') }} as lines
    inner join decoded on lines.{{ row_position() }} = decoded.first_line_id
),

first_fields as (
    select
        file_id,
        unnest(names) as name,
        generate_subscripts(names, 1) as position
    from first_lines
),

-- A first line that holds mostly the extract's own names is a header; it may end in one comma too many.
headers as (
    select
        first_fields.file_id,
        min(first_fields.position) filter (
            where first_fields.name is distinct from columns.name
            and not (first_fields.position = 96 and first_fields.name = '')
        ) as first_wrong_position,
        max(first_fields.position) as last_position
    from (
        select
            file_id,
            position,
            trim(name, ' "') as name
        from first_fields
    ) as first_fields
    left join {{ ref('doj_extract_columns') }} as columns on first_fields.position = columns.position
    group by first_fields.file_id
    having count(*) filter (
        where first_fields.name in (select name from {{ ref('doj_extract_columns') }})
    ) > 47
)

select
    files.file_id,
    files.file_name,
    files.path,
    files.encoding,
    decoded.first_line_id,
    headers.file_id is not null as has_header,
    coalesce(headers.last_position > 95, false) as header_ends_in_comma,
    decoded.decoded_lines + coalesce(undecoded.undecoded_lines, 0) as lines,
    coalesce(undecoded.undecoded_lines, 0) as undecoded_lines,
    -- The column exists to stop the build: a file read under the wrong names would be read wrong without
    -- a word.
    case
        when headers.first_wrong_position is not null or headers.last_position < 95
            then error(
                'CMR: ' || files.file_name || ', line 1: column '
                || coalesce(headers.first_wrong_position, headers.last_position + 1)
                || ' of the header is not the one that the DOJ extract has there'
            )
        else true
    end as header_in_order
from files
inner join decoded on files.file_id = decoded.file_id
left join headers on files.file_id = headers.file_id
left join undecoded on files.path = undecoded.path
