with counts as (
    select
        (
            select count(*) from {{ ref('stg_ca_doj__lines') }}
            where set_aside_cause is null
        ) as lines_read,
        (select coalesce(sum(lines), 0) from {{ ref('dim_subjects') }}) as lines_of_people
)

select *
from counts
where lines_read <> lines_of_people
