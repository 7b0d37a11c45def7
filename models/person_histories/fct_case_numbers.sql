with covered_events as (
    select distinct
        subjects.subject_id,
        convictions.subject_key,
        convictions.cycle_event
    from {{ ref('fct_convictions') }} as convictions
    inner join {{ ref('dim_offenses') }} as offenses on convictions.offense_id = offenses.offense_id
    inner join {{ ref('dim_subjects') }} as subjects on convictions.subject_key = subjects.subject_key
    where
        offenses.is_prop64
        or offenses.is_related_charge
        or offenses.is_potentially_related
        or offenses.reading <> 'certain'
)

select
    events.subject_key,
    events.cycle_event,
    numbers.case_number,
    min(numbers.entry_id) as line_id
from {{ ref('rec_case_numbers') }} as numbers
inner join covered_events as events
    on numbers.subject_id = events.subject_id and numbers.cycle_event = events.cycle_event
group by events.subject_key, events.cycle_event, numbers.case_number
