{{ config(materialized='view') }}

-- Lines that could not be decoded are missing among the line ids: each moves the lines behind it by one.
with rejects as (
    select
        files.file_id,
        rejects.line - row_number() over (partition by files.file_id order by rejects.line) + 1 as moves_from
    from {{ source('reader', 'raw_reader_rejects') }} as rejects
    inner join {{ ref('raw_extract_files') }} as files on rejects.path = files.path
),

lines as (
    select
        lines.line_id,
        files.file_id,
        files.file_name,
        lines.line_id - files.first_line_id + 1 as nr
    from (
        select
            {{ row_position() }} as line_id,
            file_id
        from {{ ref('raw_extract_lines') }}
    ) as lines
    inner join {{ ref('raw_extract_files') }} as files on lines.file_id = files.file_id
)

select
    line_id,
    file_id,
    file_name,
    nr + (
        select count(*) from rejects
        where rejects.file_id = lines.file_id and rejects.moves_from <= lines.nr
    ) as line
from lines
