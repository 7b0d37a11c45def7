with convicted_lines as (
    select * from {{ ref('stg_doj__extract_lines') }}
    where set_aside_cause is null and is_convicted
),

-- One part of a sentence per line: n days, months or years. A part that says something else (LIFE, a length
-- without a unit) makes the end of the whole sentence unknown.
parts as (
    select
        *,
        case when regexp_full_match(sentence_length, '[0-9]{1,4}') then cast(sentence_length as integer) end
            as length
    from convicted_lines
),

convictions as (
    select
        subject_id,
        cnt_order,
        min(line_id) as conviction_id,
        count(*) as lines,
        sum(case sentence_unit when 'Y' then 12 * length when 'M' then length else 0 end) as sentence_months,
        sum(case sentence_unit when 'D' then length else 0 end) as sentence_days,
        bool_and(
            sentence_length is null and sentence_unit is null
            or coalesce(length is not null and sentence_unit in ('Y', 'M', 'D'), false)
        ) as is_sentence_known,
        coalesce(min(charge_text) <> max(charge_text), false) as charges_differ,
        coalesce(min(level) <> max(level), false) as levels_differ,
        coalesce(min(event_date) <> max(event_date), false) as dates_differ,
        coalesce(min(county) <> max(county), false) as counties_differ
    from parts
    group by subject_id, cnt_order
)

select
    convictions.conviction_id,
    subjects.subject_key,
    convictions.cnt_order,
    first_lines.cycle,
    first_lines.cycle_event,
    first_lines.event_date as conviction_date,
    first_lines.county,
    first_lines.level,
    offenses.offense_id,
    case
        when convictions.is_sentence_known
            then {{ add_months_and_days(
                'first_lines.event_date', 'convictions.sentence_months', 'convictions.sentence_days'
            ) }}
    end as sentence_end_date,
    convictions.charges_differ,
    convictions.levels_differ,
    convictions.dates_differ,
    convictions.counties_differ,
    convictions.lines
from convictions
inner join convicted_lines as first_lines on convictions.conviction_id = first_lines.line_id
inner join {{ ref('dim_subjects') }} as subjects on convictions.subject_id = subjects.subject_id
left join {{ ref('dim_offenses') }} as offenses on first_lines.charge_text = offenses.charge_text
