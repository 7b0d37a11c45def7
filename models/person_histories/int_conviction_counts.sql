with entries as (
    select * from {{ ref('rec_entries') }}
    where is_convicted
),

-- A part of a sentence is n days, months or years. A part that says something else (LIFE, a length without a
-- unit) makes the end of the whole sentence unknown.
parts as (
    select
        subject_id,
        charge_id,
        unit,
        case when regexp_full_match(length, '[0-9]{1,4}') then cast(length as integer) end as length
    from {{ ref('rec_sentences') }}
),

sentences as (
    select
        subject_id,
        charge_id,
        sum(
            case unit
                when 'Y' then 12 * coalesce(length, 0)
                when 'M' then coalesce(length, 0)
                else 0
            end
        ) as months,
        sum(case when unit = 'D' then coalesce(length, 0) else 0 end) as days,
        bool_and(coalesce(length is not null and unit in ('Y', 'M', 'D'), false)) as is_known
    from parts
    group by subject_id, charge_id
),

-- The first entry in the order of the record says what the count is of; where it lacks a date, level or
-- county, the first entry that has one.
counts as (
    select
        subject_id,
        charge_id,
        min(entry_id) as conviction_id,
        min(count_id) as count_id,
        min(cycle) as cycle,
        min(cycle_event) as cycle_event,
        min_by(charge_text, entry_id) as charge_text,
        min_by(event_date, entry_id) filter (where event_date is not null) as event_date,
        bool_or(is_dated_after_as_of) as is_dated_after_as_of,
        min_by(county, entry_id) filter (where county is not null) as county,
        min_by(level, entry_id) filter (where level is not null) as level,
        count(*) as lines,
        coalesce(min(nullif(charge_text, '')) <> max(nullif(charge_text, '')), false) as charges_differ,
        coalesce(min(level) <> max(level), false) as levels_differ,
        coalesce(min(event_date) <> max(event_date), false) as dates_differ,
        coalesce(min(county) <> max(county), false) as counties_differ
    from entries
    group by subject_id, charge_id
)

select
    counts.*,
    coalesce(sentences.months, 0) as sentence_months,
    coalesce(sentences.days, 0) as sentence_days,
    coalesce(sentences.is_known, true) as is_sentence_known
from counts
left join sentences on counts.subject_id = sentences.subject_id and counts.charge_id = sentences.charge_id
