-- Neighbouring odd lines may be one record with a line break inside quotes. A line that is a record by itself
-- always ends such a run, so that a quote which is never closed costs its own lines and no others.
with runs as (
    select
        line_id,
        file_id,
        text,
        {{ quote_count('text') }} as quotes,
        line_id - row_number() over (partition by file_id order by line_id) as run
    from {{ ref('raw_odd_lines') }}
),

opened as (
    select
        *,
        coalesce(
            sum(quotes) over (
                partition by file_id, run order by line_id rows between unbounded preceding and 1 preceding
            ), 0
        ) % 2 = 1 as is_inside_quotes
    from runs
),

numbered as (
    select
        *,
        sum(case when is_inside_quotes then 0 else 1 end)
            over (partition by file_id, run order by line_id)
            as nr
    from opened
),

reassembled as (
    select
        file_id,
        min(line_id) as line_id,
        max(line_id) as last_line_id,
        string_agg(text, chr(10) order by line_id) as text,
        sum(quotes) % 2 = 1 as is_left_open
    from numbered
    group by file_id, run, nr
),

-- Files in which every line, a header too, ends in one comma too many: no line is a record as it stands.
longer_files as (
    select pieces.file_id
    from reassembled as pieces
    inner join {{ ref('raw_extract_files') }} as files on pieces.file_id = files.file_id
    where files.header_ends_in_comma or not files.has_header
    group by pieces.file_id
    having
        sum(pieces.last_line_id - pieces.line_id + 1)
        = any_value(files.lines - files.undecoded_lines - cast(files.has_header as integer))
        and not bool_or({{ is_record('pieces.text') }})
),

records as (
    select
        line_id,
        last_line_id,
        file_id,
        is_left_open,
        case
            when file_id in (select file_id from longer_files) and {{ is_record('text', ',') }}
                then left(text, length(text) - 1)
            else text
        end as text
    from reassembled
)

select
    line_id,
    last_line_id,
    file_id,
    text,
    case
        when {{ is_record('text') }} then null
        when trim(text) = '' then 'blank line'
        when is_left_open then 'a quote is opened and not closed'
        when {{ field_count('text') }} <> 95 then {{ field_count('text') }} || ' fields instead of 95'
        else 'text before or after a quoted field'
    end as cause
from records
