-- Question: how old were people when they were convicted of a cannabis offense, and what becomes of the
-- convictions?
-- Reading: Prop 64 convictions by age on the date of conviction, with the share that the run's policy
-- dismisses.
-- Caveat: nobody under 18 should be in adult court records: such rows are mostly wrong dates, worth a look.
-- Convictions are counted, so one person with several counts for more.
select
    convictions.county,
    {{ age_group('convictions.age_at_conviction', begins=[18, 21, 25, 35, 50]) }} as age_group,
    min(convictions.age_at_conviction) as youngest,
    count(*) as convictions,
    count(*) filter (where decisions.relief = 'dismissal') as dismissed,
    round(100.0 * count(*) filter (where decisions.relief = 'dismissal') / count(*), 1)
        as percent_dismissed
from {{ ref('research_convictions') }} as convictions
inner join {{ ref('research_decisions') }} as decisions
    on convictions.conviction_id = decisions.conviction_id and decisions.is_policy_of_run
where convictions.is_prop64
group by all
order by convictions.county, youngest nulls last
