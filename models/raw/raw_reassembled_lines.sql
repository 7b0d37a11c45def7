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
from reassembled
