with convictions as (
    select
        counts.* exclude (event_date),
        subjects.subject_key,
        subjects.source,
        case
            when
                coalesce({{ add_years('subjects.contradicted_date_of_birth', 8) }} <= counts.event_date, true)
                then counts.event_date
        end as conviction_date
    from {{ ref('int_conviction_counts') }} as counts
    inner join {{ ref('dim_subjects') }} as subjects on counts.subject_id = subjects.subject_id
)

select
    convictions.conviction_id,
    {{ stable_key(
        ['convictions.source', 'convictions.subject_id', 'convictions.charge_id']
    ) }} as conviction_key,
    convictions.subject_key,
    convictions.charge_id as cnt_order,
    convictions.count_id,
    convictions.cycle,
    convictions.cycle_event,
    convictions.conviction_date,
    convictions.county,
    convictions.level,
    offenses.offense_id,
    case
        when convictions.is_sentence_known
            then {{ add_months_and_days(
                'convictions.conviction_date', 'convictions.sentence_months', 'convictions.sentence_days'
            ) }}
    end as sentence_end_date,
    convictions.is_dated_after_as_of,
    convictions.charges_differ,
    convictions.levels_differ,
    convictions.dates_differ,
    convictions.counties_differ,
    convictions.lines
from convictions
inner join {{ ref('dim_offenses') }} as offenses on convictions.charge_text = offenses.charge_text
