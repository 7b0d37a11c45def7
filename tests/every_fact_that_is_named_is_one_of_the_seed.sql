-- Rules read facts of the seed, a fact lacks facts that have a label, and the data lacks what the seed
-- says that it may.
with read_facts as (
    select unnest(string_split(facts_read, ';')) as fact
    from {{ ref('rules') }}
),

lacked as (
    select
        fact,
        unnest(string_split(may_lack, ';')) as missing_fact
    from {{ ref('facts') }}
)

select
    fact,
    null as missing_fact
from read_facts
where fact not in (select fact from {{ ref('facts') }})
union all
select
    fact,
    missing_fact
from lacked
where
    missing_fact not in (
        select fact from {{ ref('facts') }}
        where label is not null
    )
union all
select
    fact,
    missing_fact
from {{ ref('int_missing_facts') }}
where (fact, missing_fact) not in (select (fact, missing_fact) from lacked)
