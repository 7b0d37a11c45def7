{{ config(materialized='view') }}

select
    facts.*,
    criteria.* exclude (county)
from {{ ref('fct_conviction_facts') }} as facts
inner join {{ ref('int_county_criteria') }} as criteria on facts.county = criteria.county
