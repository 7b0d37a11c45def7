-- The counties whose options differ; whose they are (`source`) is no option.
create temp table criteria as
with

options_a as (
    select * exclude (source)
    from a.int_county_criteria
),

options_b as (
    select * exclude (source)
    from b.int_county_criteria
)

select options_a.county
from options_a
inner join options_b on options_a.county = options_b.county
where (options_a is distinct from options_b)
