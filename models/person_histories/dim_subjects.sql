-- Of each attribute the first known value.
with subjects as (
    select
        subject_id,
        any_value(source) as source,
        min(entry_id) as subject_key,
        min_by(cii_number, entry_id) filter (where cii_number is not null) as cii_number,
        min_by(subject_name, entry_id) filter (where subject_name is not null) as subject_name,
        min_by(date_of_birth, entry_id) filter (where date_of_birth is not null) as date_of_birth,
        min_by(sex, entry_id) filter (where sex is not null) as sex,
        min_by(race, entry_id) filter (where race is not null) as race,
        bool_or(is_deceased) as is_deceased,
        min(cii_number) <> max(cii_number) as cii_numbers_differ,
        min(subject_name) <> max(subject_name) as names_differ,
        min(date_of_birth) <> max(date_of_birth) as dates_of_birth_differ,
        min(sex) <> max(sex) as sexes_differ,
        min(race) <> max(race) as races_differ,
        count(*) as lines
    from {{ ref('rec_people') }}
    group by subject_id
),

first_convictions as (
    select
        subject_id,
        min(event_date) as first_conviction_date
    from {{ ref('int_conviction_counts') }}
    group by subject_id
),

compared as (
    select
        subjects.*,
        coalesce(
            {{ add_years('subjects.date_of_birth', 8) }} > convictions.first_conviction_date, false
        ) as is_convicted_as_a_child
    from subjects
    left join first_convictions as convictions on subjects.subject_id = convictions.subject_id
)

-- Nobody is convicted before the 8th birthday: one of the two dates is wrong, and nothing says which.
select
    subject_key,
    {{ stable_key(['source', 'subject_id']) }} as person_key,
    source,
    subject_id,
    cii_number,
    subject_name,
    case when not is_convicted_as_a_child then date_of_birth end as date_of_birth,
    case when is_convicted_as_a_child then date_of_birth end as contradicted_date_of_birth,
    sex,
    race,
    is_deceased,
    coalesce(cii_numbers_differ, false) as cii_numbers_differ,
    coalesce(names_differ, false) as names_differ,
    coalesce(dates_of_birth_differ, false) as dates_of_birth_differ,
    coalesce(sexes_differ, false) as sexes_differ,
    coalesce(races_differ, false) as races_differ,
    lines
from compared
