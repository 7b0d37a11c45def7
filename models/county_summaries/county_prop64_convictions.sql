select
    county,
    prop64_section,
    level,
    count(*) as convictions,
    count(distinct subject_key) as subjects,
    min(conviction_date) as earliest_conviction_date
from {{ ref('fct_conviction_facts') }}
where is_prop64 and is_in_known_county
group by all
