select
    decisions.policy,
    decisions.county,
    decisions.subject_key,
    count(*) as convictions_decided,
    count(*) filter (where decisions.relief = 'dismissal') as dismissed,
    count(*) filter (where decisions.relief = 'reduction') as reduced,
    count(*) filter (
        where decisions.determination = (
            select determination from {{ ref('determinations') }}
            where is_hand_review
        )
    ) as hand_reviewed,
    count(*) filter (
        where decisions.is_relief
        and (facts.level = 'FELONY' or facts.level is null)
    ) as relieved_felonies,
    count(*) filter (
        where decisions.relief = 'dismissal'
        and (facts.conviction_date > {{ years_ago('recent_years') }} or facts.conviction_date is null)
    ) as dismissed_last_7_years
from {{ ref('fct_decisions') }} as decisions
inner join {{ ref('fct_conviction_facts') }} as facts on decisions.conviction_id = facts.conviction_id
group by decisions.policy, decisions.county, decisions.subject_key
