with decided as (
    select distinct conviction_id
    from {{ ref('fct_decisions') }}
)

select
    {{ research_id('facts.conviction_id') }} as conviction_id,
    {{ research_id('facts.subject_key') }} as person_id,
    facts.county,
    facts.is_prop64,
    facts.is_related_charge,
    facts.code,
    facts.section,
    facts.subdivision,
    facts.is_attempt,
    facts.level,
    cast(year(facts.conviction_date) as integer) as conviction_year,
    facts.conviction_date >= {{ prop64_effective_date() }} as is_after_prop64,
    cast({{ whole_years('facts.date_of_birth', 'facts.conviction_date') }} as integer) as age_at_conviction,
    cast({{ whole_years('facts.conviction_date', 'settings.as_of_date') }} as integer)
        as years_since_conviction,
    facts.sentence_end_date > settings.as_of_date as is_serving_its_sentence,
    facts.has_only_prop64_convictions,
    facts.has_earlier_superstrike,
    facts.has_earlier_pc290_record,
    facts.is_event_dismissed_under_1203_4
from {{ ref('fct_conviction_facts') }} as facts
inner join decided on facts.conviction_id = decided.conviction_id
cross join {{ ref('run_settings') }} as settings
