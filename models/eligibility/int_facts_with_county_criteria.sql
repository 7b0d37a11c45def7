{{ config(materialized='view') }}

select
    facts.conviction_id,
    facts.county,
    facts.is_in_known_county,
    facts.is_prop64,
    facts.prop64_section,
    facts.is_felony,
    facts.conviction_date,
    facts.date_of_birth,
    facts.is_deceased,
    facts.has_only_prop64_convictions,
    facts.has_incomplete_history,
    facts.last_known_conviction_date,
    facts.undated_convictions,
    criteria.dismiss_11357,
    criteria.dismiss_11358,
    criteria.dismiss_11359,
    criteria.dismiss_11360,
    criteria.reduce_11357,
    criteria.reduce_11358,
    criteria.reduce_11359,
    criteria.reduce_11360,
    criteria.subject_under_21_at_conviction,
    criteria.subject_age_threshold,
    criteria.years_since_conviction_threshold,
    criteria.years_crime_free_threshold,
    criteria.subject_has_only_prop64_charges,
    criteria.subject_is_deceased
from {{ ref('fct_conviction_facts') }} as facts
inner join {{ ref('int_county_criteria') }} as criteria on facts.county = criteria.county
