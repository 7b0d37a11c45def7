-- Question: what would a dismissal of every Prop 64 conviction, in all counties of the export together,
-- have done?
-- Reading: people over all counties of the export, once each, under the run's policy and under the what-if.
-- no_conviction_left adds a person's dismissals over the counties, which no single county's number can.
-- Caveat: statewide only if the run was over a statewide extract and all counties; otherwise it is the part
-- of the state that the export holds. Convictions for which the policy has no answer count as left.
with by_person as (
    select
        relief.policy,
        relief.is_policy_of_run,
        relief.person_id,
        sum(relief.dismissed) as dismissed,
        sum(relief.reduced) as reduced,
        max(people.convictions_on_record) as convictions_on_record
    from {{ ref('research_relief') }} as relief
    inner join {{ ref('research_people') }} as people
        on relief.person_id = people.person_id and relief.county = people.county
    where relief.policy = 'dismiss_all_prop64' or relief.is_policy_of_run
    group by all
)

select
    policy,
    is_policy_of_run,
    count(*) as people,
    sum(dismissed) as convictions_dismissed,
    count(*) filter (where dismissed + reduced > 0) as people_with_some_relief,
    count(*) filter (where dismissed = convictions_on_record) as no_conviction_left
from by_person
group by all
order by policy
