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

unread_charges as (
    select
        convictions.conviction_id,
        bool_or(convictions.cycle_event = events.cycle_event) as is_in_event
    from {{ ref('int_covered_convictions') }} as convictions
    inner join {{ ref('int_unread_events') }} as events
        on convictions.subject_key = events.subject_key and convictions.cycle = events.cycle
    group by convictions.conviction_id
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
    where is_serving_sentence is null and has_an_unknown_sentence_end
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
        missing_fact as label
    from bars
    where missing_fact is not null
    union all
    select
        facts.conviction_id,
        'superstrike' as fact,
        superstrikes.missing_fact as label
    from facts
    inner join {{ ref('fct_superstrikes') }} as superstrikes on facts.subject_key = superstrikes.subject_key
    where superstrikes.membership = 'depends'
    -- A charge that is unread, and a line that was set aside, may be what each of these facts asks for.
    {% set unread = {
        'only_prop64': 'unread_convictions > 0',
        'same_section_prior': 'unread_convictions_before > 0',
        'same_charge_events': 'unread_conviction_events > 0',
        'prop64_charge_in_cycle': 'has_prop64_charge_in_cycle is null and unread_charges.conviction_id is not null',
        'prop64_charge_in_event': 'has_prop64_charge_in_event is null and unread_charges.is_in_event'
    } %}
    {% for fact, condition in unread.items() %}
        union all
        select
            facts.conviction_id,
            '{{ fact }}' as fact,
            'an unread charge' as label
        from facts
        left join unread_charges on facts.conviction_id = unread_charges.conviction_id
        where {{ condition }}
    {% endfor %}
    {% for fact in unread.keys() | list + [
        'other_conviction_date', 'any_sentence_end', 'superstrike', 'number_of_convictions'
    ] %}
        union all
        select
            conviction_id,
            '{{ fact }}' as fact,
            'a line that was set aside' as label
        from facts
        where has_incomplete_history
    {% endfor %}
    union all
    select
        facts.conviction_id,
        'pc290_registration' as fact,
        'a line that was set aside' as label
    from facts
    where facts.has_pc290_registration is null
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
        when 'an unread charge' then 8
        when 'a line that was set aside' then 9
        else 7
    end as label_order,
    label
from missing
