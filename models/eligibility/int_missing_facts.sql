{{ config(materialized='view') }}

-- One row per conviction and thing that is missing, under the fact that needs it (facts_needed of
-- seeds/rules.csv).
with facts as (
    select * from {{ ref('fct_conviction_facts') }}
),

bars as (
    select * from {{ ref('int_earlier_bars') }}
    where not is_certain
),

missing as (
    select
        conviction_id,
        'level' as fact,
        'level of offense' as label
    from facts
    where level is null
    union all
    select
        conviction_id,
        'date_of_birth' as fact,
        'date of birth' as label
    from facts
    where date_of_birth is null
    union all
    select
        conviction_id,
        'conviction_date' as fact,
        'date of conviction' as label
    from facts
    where conviction_date is null
    union all
    select
        conviction_id,
        'other_conviction_date' as fact,
        'date of another conviction' as label
    from facts
    where has_another_undated_conviction
    union all
    select
        conviction_id,
        'same_section_prior' as fact,
        'date of another conviction' as label
    from facts
    where undated_order_convictions_same_section > 0 and conviction_date is not null
    union all
    select
        conviction_id,
        'same_section_prior' as fact,
        'date of conviction' as label
    from facts
    where undated_order_convictions_same_section > 0 and conviction_date is null
    union all
    select
        conviction_id,
        'sentence_end' as fact,
        'end of a sentence' as label
    from facts
    where sentence_end_date is null
    union all
    select
        conviction_id,
        'any_sentence_end' as fact,
        'end of a sentence' as label
    from facts
    where is_serving_sentence is null
    union all
    select
        conviction_id,
        fact,
        'date of conviction' as label
    from bars
    where is_conviction_undated and kind = 'conviction'
    union all
    select
        conviction_id,
        fact,
        'date of another conviction' as label
    from bars
    where is_bar_undated and kind = 'conviction'
    union all
    select
        conviction_id,
        fact,
        'date of the offense behind the registration' as label
    from bars
    where kind = 'registration'
    union all
    select
        conviction_id,
        fact,
        coalesce('a fact about ' || depends_on, 'level of offense') as label
    from bars
    where is_membership_open
    union all
    select
        facts.conviction_id,
        'superstrike' as fact,
        'a fact about ' || superstrikes.depends_on as label
    from facts
    inner join {{ ref('fct_superstrikes') }} as superstrikes on facts.subject_key = superstrikes.subject_key
    where superstrikes.membership = 'depends'
)

select distinct
    conviction_id,
    fact,
    case label
        when 'level of offense' then 1
        when 'date of birth' then 2
        when 'date of conviction' then 3
        when 'date of another conviction' then 4
        when 'end of a sentence' then 5
        when 'date of the offense behind the registration' then 6
        else 7
    end as label_order,
    label
from missing
