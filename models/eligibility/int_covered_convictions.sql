select
    convictions.conviction_id,
    convictions.subject_key,
    convictions.cycle,
    convictions.cycle_event,
    convictions.county,
    convictions.conviction_date,
    convictions.sentence_end_date,
    convictions.level,
    offenses.statute_as_written,
    offenses.code,
    offenses.section,
    offenses.subdivision,
    offenses.is_attempt,
    offenses.is_prop64,
    offenses.prop64_section,
    offenses.is_related_charge,
    offenses.is_potentially_related
from {{ ref('fct_convictions') }} as convictions
inner join {{ ref('dim_offenses') }} as offenses on convictions.offense_id = offenses.offense_id
where offenses.is_prop64 or offenses.is_related_charge or offenses.is_potentially_related
