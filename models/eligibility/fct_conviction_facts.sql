with convictions as (
    select
        convictions.*,
        offenses.statute_as_written,
        offenses.section,
        offenses.subdivision,
        offenses.is_attempt,
        offenses.is_prop64,
        offenses.prop64_section,
        offenses.is_related_charge
    from {{ ref('fct_convictions') }} as convictions
    inner join {{ ref('dim_offenses') }} as offenses on convictions.offense_id = offenses.offense_id
    where offenses.is_prop64 or offenses.is_related_charge
)

select
    convictions.conviction_id,
    convictions.subject_key,
    convictions.county,
    convictions.county in (select county from {{ ref('county_choices') }} where county <> 'default')
        as is_in_known_county,
    convictions.is_prop64,
    convictions.prop64_section,
    convictions.is_related_charge,
    convictions.section,
    convictions.subdivision,
    convictions.is_attempt,
    convictions.statute_as_written,
    convictions.level,
    convictions.level = 'FELONY' as is_felony,
    convictions.conviction_date,
    convictions.sentence_end_date,
    subjects.date_of_birth,
    subjects.is_deceased,
    records.convictions_on_record,
    records.convictions_on_record = records.prop64_convictions as has_only_prop64_convictions,
    records.last_known_conviction_date,
    records.undated_convictions,
    records.undated_convictions > case when convictions.conviction_date is null then 1 else 0 end
        as has_another_undated_conviction
from convictions
inner join {{ ref('dim_subjects') }} as subjects on convictions.subject_key = subjects.subject_key
inner join {{ ref('fct_subject_records') }} as records on convictions.subject_key = records.subject_key
