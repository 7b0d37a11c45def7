{%- set dimensions = {
    'race or ethnicity': 'race',
    'sex': 'sex',
    'age': 'age_group'
} -%}

with subjects as (
    select
        relief.*,
        {{ relief_flags() }},
        coalesce(subjects.race, 'Not recorded') as race,
        case subjects.sex
            when 'F' then 'Female'
            when 'M' then 'Male'
            else coalesce(subjects.sex, 'Not recorded')
        end as sex,
        case
            when subjects.date_of_birth is null then 'Not recorded'
            when {{ add_years('subjects.date_of_birth', 21) }} > {{ as_of_date() }} then 'Under 21'
            when {{ add_years('subjects.date_of_birth', 30) }} > {{ as_of_date() }} then '21 to 29'
            when {{ add_years('subjects.date_of_birth', 40) }} > {{ as_of_date() }} then '30 to 39'
            when {{ add_years('subjects.date_of_birth', 50) }} > {{ as_of_date() }} then '40 to 49'
            when {{ add_years('subjects.date_of_birth', 60) }} > {{ as_of_date() }} then '50 to 59'
            else '60 and over'
        end as age_group
    from {{ ref('int_relief_by_subject') }} as relief
    inner join {{ ref('fct_subject_records') }} as records on relief.subject_key = records.subject_key
    inner join {{ ref('dim_subjects') }} as subjects on relief.subject_key = subjects.subject_key
)

{% for dimension, column in dimensions.items() %}
    select
        county,
        policy,
        '{{ dimension }}' as dimension,
        {{ column }} as group_name,
        count(*) as people,
        count(*) filter (where has_some_relief) as people_with_some_relief,
        count(*) filter (where has_no_conviction_left) as people_with_full_relief,
        cast(sum(convictions_decided) as bigint) as convictions,
        cast(sum(dismissed + reduced) as bigint) as convictions_eligible
    from subjects
    group by county, policy, {{ column }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
