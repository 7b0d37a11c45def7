{{ config(
    tags=['guard'],
    meta={'message': 'Lines, people or convictions are missing between two layers without a cause.'}
) }}

select
    step,
    policy,
    measure,
    unexplained
from {{ ref('reconciliation') }}
where unexplained <> 0
