select
    subjects.subject_key,
    lines.cycle,
    lines.cycle_event,
    bool_or(coalesce(starts_with(lines.event_type, 'ARREST'), false)) as has_arrest
from {{ ref('stg_doj__extract_lines') }} as lines
inner join {{ ref('dim_offenses') }} as offenses on lines.charge_text = offenses.charge_text
inner join {{ ref('dim_subjects') }} as subjects on lines.subject_id = subjects.subject_id
where offenses.is_prop64 and lines.set_aside_cause is null
group by subjects.subject_key, lines.cycle, lines.cycle_event
