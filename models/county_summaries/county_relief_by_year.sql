select
    decisions.county,
    decisions.policy,
    cast(year(facts.conviction_date) as integer) as conviction_year,
    decisions.determination,
    count(*) as convictions
from {{ ref('fct_decisions') }} as decisions
inner join {{ ref('fct_conviction_facts') }} as facts on decisions.conviction_id = facts.conviction_id
group by all
