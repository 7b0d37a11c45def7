with counts as (
    select
        (select coalesce(sum(set_aside_lines), 0) from {{ ref('raw_reconciliation') }}) as set_aside_in_raw,
        (
            select count(*) from {{ ref('stg_ca_doj__lines') }}
            where set_aside_cause is not null
        ) as set_aside_in_staging,
        (select count(*) from {{ ref('set_aside_lines') }}) as listed
)

select *
from counts
where set_aside_in_raw + set_aside_in_staging <> listed
