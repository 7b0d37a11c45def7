select
    subjects.subject_key,
    entries.cycle,
    entries.cycle_event,
    bool_or(coalesce(starts_with(entries.event_type, 'ARREST'), false)) as has_arrest
from {{ ref('rec_entries') }} as entries
inner join {{ ref('dim_offenses') }} as offenses on entries.charge_text = offenses.charge_text
inner join {{ ref('dim_subjects') }} as subjects on entries.subject_id = subjects.subject_id
where offenses.is_prop64
group by subjects.subject_key, entries.cycle, entries.cycle_event
