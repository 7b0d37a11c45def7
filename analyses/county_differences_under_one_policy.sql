-- Question: under one and the same policy, how different do counties come out?
-- Reading: every county under the what-if that dismisses all Prop 64 convictions: what is left differs with
-- people's other convictions, not with the county's choices. Beside it, the policy of the run, where
-- choices differ too.
-- Caveat: only for a run over all counties of a statewide extract. In one county's extract the other
-- counties are there as far as its own people were convicted in them, which says nothing of those counties.
select
    relief.county,
    relief.policy,
    count(*) as people,
    round(100.0 * count(*) filter (where relief.has_some_relief) / count(*), 1) as percent_some_relief,
    round(100.0 * count(*) filter (where relief.has_no_felony_left) / count(*), 1) as percent_no_felony_left,
    round(100.0 * count(*) filter (where relief.has_no_conviction_left) / count(*), 1)
        as percent_no_conviction_left
from {{ ref('research_relief') }} as relief
where relief.policy = 'dismiss_all_prop64' or relief.is_policy_of_run
group by all
order by relief.policy asc, percent_no_conviction_left desc, relief.county asc
