with reassembled as (
    select
        file_id,
        sum(last_line_id - line_id + 1) filter (where cause is null) as multiline_record_lines,
        count(*) filter (where cause is null) as multiline_records,
        sum(last_line_id - line_id + 1) filter (where cause = 'blank line') as blank_lines,
        sum(last_line_id - line_id + 1) filter (where cause <> 'blank line') as unreadable_lines
    from {{ ref('raw_reassembled_lines') }}
    group by file_id
),

records as (
    select
        files.file_id,
        count(*) as records
    from {{ ref('raw_doj__extract') }} as records
    inner join {{ ref('raw_extract_files') }} as files
        on
            records.line_id >= files.first_line_id
            and records.line_id < files.first_line_id + files.lines - files.undecoded_lines
    group by files.file_id
)

select
    files.file_id,
    files.file_name,
    files.lines,
    case when files.has_header then 1 else 0 end as header_lines,
    coalesce(records.records, 0) as records,
    coalesce(reassembled.multiline_record_lines - reassembled.multiline_records, 0) as continuation_lines,
    coalesce(reassembled.blank_lines, 0) as blank_lines,
    files.undecoded_lines + coalesce(reassembled.unreadable_lines, 0) as set_aside_lines
from {{ ref('raw_extract_files') }} as files
left join records on files.file_id = records.file_id
left join reassembled on files.file_id = reassembled.file_id
