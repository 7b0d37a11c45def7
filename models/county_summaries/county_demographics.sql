{%- set dimensions = {
    'race or ethnicity': 'race',
    'sex': 'sex',
    'age': age_group('age')
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
        {{ whole_years('subjects.date_of_birth', as_of_date()) }} as age
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
