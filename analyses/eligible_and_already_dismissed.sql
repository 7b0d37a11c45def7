-- Question: how much of what is eligible has been delivered already?
-- Reading: eligible convictions of the run's policy by section, and for how many of them a disposition of
-- the same court event names PC 1203.4: relief that somebody had to ask for, one petition at a time. The
-- rest is the gap that an automatic program closes.
-- Caveat: the extract tells a dismissal under PC 1203.4 only where the state's disposition text says so,
-- and it may be of another count of the event. It does not tell petitions that were filed and denied, nor
-- relief under HS 11361.8 that a court granted and had not reported when the extract was drawn: the gap is
-- an upper bound.
select
    convictions.county,
    convictions.section,
    decisions.determination,
    count(*) as eligible,
    count(*) filter (where convictions.is_event_dismissed_under_1203_4) as dismissed_under_1203_4,
    count(*) filter (where not convictions.is_event_dismissed_under_1203_4) as not_delivered,
    round(100.0 * count(*) filter (where convictions.is_event_dismissed_under_1203_4) / count(*), 1)
        as percent_delivered
from {{ ref('research_decisions') }} as decisions
inner join {{ ref('research_convictions') }} as convictions
    on decisions.conviction_id = convictions.conviction_id
where
    decisions.is_policy_of_run
    and decisions.is_relief
group by all
order by convictions.county, convictions.section, decisions.determination
