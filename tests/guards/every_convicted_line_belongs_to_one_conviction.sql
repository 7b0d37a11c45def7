{{ config(
    tags=['guard'],
    meta={'message': 'A convicted line belongs to no conviction, or to more than one.'}
) }}

with counts as (
    select
        (
            select count(*) from {{ ref('stg_ca_doj__lines') }}
            where is_convicted and set_aside_cause is null
        ) as convicted_lines,
        (select coalesce(sum(lines), 0) from {{ ref('fct_convictions') }}) as lines_of_convictions
)

select *
from counts
where convicted_lines <> lines_of_convictions
