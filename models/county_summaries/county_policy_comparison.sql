{{ config(materialized='view') }}

with convictions as (
    select
        county,
        conviction_id,
        string_agg(policy || ': ' || determination, '; ') as decisions
    from {{ ref('fct_decisions') }}
    group by county, conviction_id
),

-- Convictions by the hundred thousand are decided in a few dozen ways, each of which is paired once. In which
-- order a way names the policies does not matter: two orders only make it two ways.
alike as (
    select
        county,
        min(conviction_id) as conviction_id,
        count(*) as convictions
    from convictions
    group by county, decisions
),

policies as (
    select distinct policy
    from {{ ref('dim_policy_rules') }}
),

answers as (
    select
        alike.county,
        alike.conviction_id,
        alike.convictions,
        policies.policy,
        coalesce(decisions.determination, 'Not covered') as determination
    from alike
    cross join policies
    left join {{ ref('fct_decisions') }} as decisions
        on alike.conviction_id = decisions.conviction_id and policies.policy = decisions.policy
)

select
    answers.county,
    answers.policy as policy_a,
    others.policy as policy_b,
    answers.determination as determination_a,
    others.determination as determination_b,
    cast(sum(answers.convictions) as bigint) as convictions
from answers
inner join answers as others on answers.conviction_id = others.conviction_id
where not (answers.determination = 'Not covered' and others.determination = 'Not covered')
group by all
