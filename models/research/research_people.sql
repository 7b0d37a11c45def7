with people as (
    select distinct
        subject_key,
        county
    from {{ ref('int_relief_by_subject') }}
)

select
    {{ research_id('people.subject_key') }} as person_id,
    people.county,
    subjects.sex,
    subjects.race,
    case
        when {{ add_years('subjects.date_of_birth', 90) }} <= settings.as_of_date then 90
        else cast({{ whole_years('subjects.date_of_birth', 'settings.as_of_date') }} as integer)
    end as age,
    subjects.is_deceased,
    records.convictions_on_record,
    records.prop64_convictions,
    records.felony_convictions,
    records.unknown_level_convictions,
    records.undated_convictions,
    cast({{ whole_years('records.last_known_conviction_date', 'settings.as_of_date') }} as integer)
        as years_since_last_known_conviction,
    records.has_superstrike,
    records.has_pc290_registration
from people
inner join {{ ref('dim_subjects') }} as subjects on people.subject_key = subjects.subject_key
inner join {{ ref('fct_subject_records') }} as records on people.subject_key = records.subject_key
cross join {{ ref('run_settings') }} as settings
