-- Events with an unread charge, in the cycles of convictions for other offenses: a Prop 64 conviction is its
-- cycle's Prop 64 charge itself.
with covered_cycles as (
    select distinct
        convictions.subject_key,
        subjects.subject_id,
        convictions.cycle
    from {{ ref('int_covered_convictions') }} as convictions
    inner join {{ ref('dim_subjects') }} as subjects on convictions.subject_key = subjects.subject_key
    where not convictions.is_prop64
)

select distinct
    cycles.subject_key,
    entries.cycle,
    entries.cycle_event
from {{ ref('rec_entries') }} as entries
inner join covered_cycles as cycles
    on entries.subject_id = cycles.subject_id and entries.cycle = cycles.cycle
inner join {{ ref('dim_offenses') }} as offenses on entries.charge_text = offenses.charge_text
where offenses.reading <> 'certain'
