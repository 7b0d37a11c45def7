select
    county,
    count(*) as prop64_convictions,
    count(distinct subject_key) as subjects_with_prop64_conviction,
    count(*) filter (level = 'FELONY') as prop64_felony_convictions,
    count(*) filter (level in ('MISDEMEANOR', 'INFRACTION')) as prop64_non_felony_convictions,
    count(*) filter (level is null) as prop64_unknown_level_convictions,
    min(conviction_date) as earliest_conviction_date
from {{ ref('fct_conviction_facts') }}
where is_prop64 and is_in_known_county
group by county
