-- Question: who will have no conviction left, and who no felony, under the policy of the run, by race?
-- Reading: one row per county and race as the extract has it; shares are of the people with at least one
-- conviction that the policy decides there. Compare the shares with each other, not the counts.
-- Caveat: race is what the arresting agency wrote, often one word for many groups, and HISPANIC is kept as
-- a race. Who has convictions elsewhere or for other offenses can't be cleared in full by one county's
-- cannabis policy, so part of a difference comes from the rest of the record. Small rows say little and
-- must not be published.
select
    people.county,
    coalesce(people.race, 'Not recorded') as race,
    count(*) as people,
    count(*) filter (where relief.has_some_relief) as with_some_relief,
    count(*) filter (where relief.has_no_felony_left) as no_felony_left,
    count(*) filter (where relief.has_no_conviction_left) as no_conviction_left,
    round(100.0 * count(*) filter (where relief.has_no_conviction_left) / count(*), 1)
        as percent_no_conviction_left
from {{ ref('research_relief') }} as relief
inner join {{ ref('research_people') }} as people
    on relief.person_id = people.person_id and relief.county = people.county
where relief.is_policy_of_run
group by all
order by people.county asc, count(*) desc, race asc
