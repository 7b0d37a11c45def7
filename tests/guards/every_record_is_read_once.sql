{{ config(
    tags=['guard'],
    meta={'message': 'A record of the extract was lost or doubled on its way into staging.'}
) }}

with counts as (
    select
        (select count(*) from {{ ref('raw_doj__extract') }}) as records,
        (select count(*) from {{ ref('stg_ca_doj__lines') }}) as lines_read
)

select *
from counts
where records <> lines_read
