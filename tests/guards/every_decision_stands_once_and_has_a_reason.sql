{{ config(
    tags=['guard'],
    meta={'message': 'a conviction has two decisions under one policy, or one without a reason'}
) }}

select
    policy,
    conviction_id,
    count(*) as decisions
from {{ ref('fct_decisions') }}
group by policy, conviction_id
having count(*) <> 1 or bool_or(determination is null or reason is null)
