-- Question: which missing field sends how many convictions to hand review?
-- Reading: decisions that a missing fact left open, by policy and by what is missing. A conviction that
-- lacks two facts counts under both. alone: it lacks nothing else, so this one fact would decide it.
-- Caveat: a field that is often blank costs nothing where no rule of the policy asks for it; compare
-- policies, and do not read the number as the quality of the extract (Data_Quality.html has that).
with missing as (
    select
        county,
        policy,
        conviction_id,
        person_id,
        unnest(string_split(missing_facts, ', ')) as missing_fact,
        not contains(missing_facts, ', ') as is_alone
    from {{ ref('research_decisions') }}
    where missing_facts is not null
)

select
    county,
    policy,
    missing_fact,
    count(*) as convictions,
    count(*) filter (where is_alone) as alone,
    count(distinct person_id) as people
from missing
group by all
order by county asc, policy asc, convictions desc, missing_fact asc
