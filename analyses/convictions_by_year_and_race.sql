-- Question: how did cannabis convictions change over the years, by race, around the laws of 2011 and 2016?
-- Reading: convictions by year from the ready-made counts. 11357(b) became an infraction in 2011 (SB 1449),
-- and most of the four sections a misdemeanor, an infraction or lawful on 9 November 2016.
-- Caveat: the extract holds people who have a Prop 64 conviction still on record: convictions that were
-- sealed or destroyed (HS 11361.5 has possession destroyed after two years) are not there, so early years
-- are too low.
select
    county,
    conviction_year,
    coalesce(race, 'Not recorded') as race,
    cast(sum(convictions) as bigint) as convictions
from {{ ref('research_county_counts') }}
where
    is_policy_of_run
    and code = 'HS'
    and section in (
        {% for section in prop64_sections() %}
            '{{ section }}'{{ ',' if not loop.last }}
        {% endfor %}
    )
group by all
order by county, conviction_year nulls last, race
