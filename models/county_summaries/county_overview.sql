select
    facts.county,
    count(*) as prop64_convictions,
    count(distinct facts.subject_key) as subjects_with_prop64_conviction,
    count(*) filter (where facts.level = 'FELONY') as prop64_felony_convictions,
    count(*) filter (where facts.level in ('MISDEMEANOR', 'INFRACTION')) as prop64_non_felony_convictions,
    count(*) filter (where facts.level is null) as prop64_unknown_level_convictions,
    count(*) filter (where relieved.is_certain) as already_relieved_convictions,
    min(facts.conviction_date) as earliest_conviction_date
from {{ ref('fct_conviction_facts') }} as facts
left join {{ ref('fct_relieved_convictions') }} as relieved on facts.conviction_id = relieved.conviction_id
where facts.is_prop64 and facts.is_in_known_county
group by facts.county
