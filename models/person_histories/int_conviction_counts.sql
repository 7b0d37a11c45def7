with convicted_lines as (
    select * from {{ ref('stg_doj__extract_lines') }}
    where set_aside_cause is null and is_convicted
),

-- One part of a sentence per line: n days, months or years. A part that says something else (LIFE, a length
-- without a unit) makes the end of the whole sentence unknown. A repeated line is the same part again.
parts as (
    select
        *,
        line_id in (select repeated.line_id from {{ ref('int_repeated_lines') }} as repeated) as is_repeated,
        case when regexp_full_match(sentence_length, '[0-9]{1,4}') then cast(sentence_length as integer) end
            as length
    from convicted_lines
)

-- The first line in file order says what the count is of; where it lacks a date, level or county, the first
-- line that has one.
select
    subject_id,
    cnt_order,
    min(line_id) as conviction_id,
    min(cycle) as cycle,
    min(cycle_event) as cycle_event,
    min_by(charge_text, line_id) as charge_text,
    min_by(event_date, line_id) filter (where event_date is not null) as event_date,
    bool_or(is_dated_after_as_of) as is_dated_after_as_of,
    min_by(county, line_id) filter (where county is not null) as county,
    min_by(level, line_id) filter (where level is not null) as level,
    count(*) as lines,
    sum(
        case
            when is_repeated then 0
            when sentence_unit = 'Y' then 12 * coalesce(length, 0)
            when sentence_unit = 'M' then coalesce(length, 0)
            else 0
        end
    ) as sentence_months,
    sum(case when sentence_unit = 'D' and not is_repeated then coalesce(length, 0) else 0 end)
        as sentence_days,
    bool_and(
        sentence_length is null and sentence_unit is null
        or coalesce(length is not null and sentence_unit in ('Y', 'M', 'D'), false)
    ) as is_sentence_known,
    coalesce(min(nullif(charge_text, '')) <> max(nullif(charge_text, '')), false) as charges_differ,
    coalesce(min(level) <> max(level), false) as levels_differ,
    coalesce(min(event_date) <> max(event_date), false) as dates_differ,
    coalesce(min(county) <> max(county), false) as counties_differ
from parts
group by subject_id, cnt_order
