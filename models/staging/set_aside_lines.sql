with undecoded as (
    select
        files.file_id,
        rejects.line,
        'raw' as layer,
        rejects.cause
    from {{ source('reader', 'raw_reader_rejects') }} as rejects
    inner join {{ ref('raw_extract_files') }} as files on rejects.path = files.path
),

by_line_id as (
    select
        odd_lines.line_id,
        'raw' as layer,
        reassembled.cause
    from {{ ref('raw_odd_lines') }} as odd_lines
    inner join {{ ref('raw_reassembled_lines') }} as reassembled
        on odd_lines.line_id between reassembled.line_id and reassembled.last_line_id
    where reassembled.cause <> 'blank line'
    union all
    select
        line_id,
        'staging' as layer,
        set_aside_cause as cause
    from {{ ref('stg_ca_doj__lines') }}
    where set_aside_cause is not null
),

decoded as (
    select
        numbers.file_id,
        numbers.line,
        by_line_id.layer,
        by_line_id.cause
    from by_line_id
    inner join {{ ref('raw_line_numbers') }} as numbers on by_line_id.line_id = numbers.line_id
)

select
    files.file_id,
    files.file_name,
    lines.line,
    lines.layer,
    lines.cause
from (
    select * from undecoded
    union all
    select * from decoded
) as lines
inner join {{ ref('raw_extract_files') }} as files on lines.file_id = files.file_id
