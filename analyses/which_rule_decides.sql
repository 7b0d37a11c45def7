-- Question: which rules do the work in each policy, and which are never the first to be met?
-- Reading: one row per policy and rule: how often it is met, how often it is the first to be met, and how
-- often it is undecided. A rule that is met often and never first changes nothing where it stands.
-- Caveat: a rule late in the list is met as often as it would be alone, which is not what it would do if it
-- stood first.
select
    trace.policy,
    trace.rule_order,
    trace.rule_id,
    count(*) as convictions,
    count(*) filter (where trace.answer = 'met') as met,
    count(*) filter (where trace.is_first_met) as first_met,
    count(*) filter (where trace.answer = 'undecided') as undecided
from {{ ref('research_rule_trace') }} as trace
group by all
order by trace.policy, trace.rule_order
