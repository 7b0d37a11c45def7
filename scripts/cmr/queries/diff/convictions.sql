create temp table {{ run }}_convictions as
select
    subjects.subject_id,
    convictions.cnt_order,
    convictions.county,
    convictions.level,
    convictions.conviction_date,
    offenses.charge_text
from {{ run }}.fct_convictions as convictions
inner join {{ run }}.dim_subjects as subjects on convictions.subject_key = subjects.subject_key
left join {{ run }}.dim_offenses as offenses on convictions.offense_id = offenses.offense_id
