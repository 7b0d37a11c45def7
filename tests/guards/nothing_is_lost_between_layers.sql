{{ config(tags=['guard'], meta={'message': 'lines, people or convictions are missing between two layers'}) }}

select
    step,
    policy,
    measure,
    unexplained
from {{ ref('reconciliation') }}
where unexplained <> 0
