{{ config(tags=['guard']) }}

select
    step,
    policy,
    measure,
    unexplained
from {{ ref('reconciliation') }}
where unexplained <> 0
