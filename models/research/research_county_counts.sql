with decisions as (
    select
        decisions.county,
        decisions.policy,
        decisions.policy = settings.criteria_policy as is_policy_of_run,
        cast(year(facts.conviction_date) as integer) as conviction_year,
        facts.code,
        facts.section,
        facts.level,
        decisions.determination,
        decisions.reason,
        subjects.sex,
        subjects.race,
        {{ whole_years('subjects.date_of_birth', 'settings.as_of_date') }} as age,
        decisions.subject_key
    from {{ ref('fct_decisions') }} as decisions
    inner join {{ ref('fct_conviction_facts') }} as facts on decisions.conviction_id = facts.conviction_id
    inner join {{ ref('dim_subjects') }} as subjects on decisions.subject_key = subjects.subject_key
    cross join {{ ref('run_settings') }} as settings
)

select
    county,
    policy,
    is_policy_of_run,
    conviction_year,
    code,
    section,
    level,
    determination,
    reason,
    sex,
    race,
    {{ age_group('age') }} as age_group,
    count(*) as convictions,
    count(distinct subject_key) as people
from decisions
group by all
