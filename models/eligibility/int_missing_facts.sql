{{ config(materialized='view') }}

-- One row per conviction and thing that is missing, under the fact that lacks it (may_lack of the seed).
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
        'level' as missing_fact,
        null as depends_on
    from facts
    where level is null
    union all
    select
        conviction_id,
        'date_of_birth' as fact,
        'date_of_birth' as missing_fact,
        null as depends_on
    from facts
    where date_of_birth is null
    union all
    select
        conviction_id,
        'conviction_date' as fact,
        'conviction_date' as missing_fact,
        null as depends_on
    from facts
    where conviction_date is null
    union all
    select
        conviction_id,
        'last_conviction_date' as fact,
        'other_conviction_date' as missing_fact,
        null as depends_on
    from facts
    where has_another_undated_conviction
    union all
    select
        conviction_id,
        'last_conviction_date' as fact,
        'conviction_date' as missing_fact,
        null as depends_on
    from facts
    where conviction_date is null
    union all
    select
        conviction_id,
        'same_section_prior' as fact,
        'other_conviction_date' as missing_fact,
        null as depends_on
    from facts
    where undated_order_convictions_same_section > 0 and conviction_date is not null
    union all
    select
        conviction_id,
        'same_section_prior' as fact,
        'conviction_date' as missing_fact,
        null as depends_on
    from facts
    where undated_order_convictions_same_section > 0 and conviction_date is null
    union all
    select
        conviction_id,
        'sentence_end' as fact,
        'sentence_end' as missing_fact,
        null as depends_on
    from facts
    where sentence_end_date is null
    union all
    select
        conviction_id,
        'any_sentence_end' as fact,
        'sentence_end' as missing_fact,
        null as depends_on
    from facts
    where is_serving_sentence is null and has_an_unknown_sentence_end
    union all
    select
        conviction_id,
        fact,
        'conviction_date' as missing_fact,
        null as depends_on
    from bars
    where is_conviction_undated and kind = 'conviction'
    union all
    select
        conviction_id,
        fact,
        'other_conviction_date' as missing_fact,
        null as depends_on
    from bars
    where is_bar_undated and kind = 'conviction'
    union all
    select
        conviction_id,
        fact,
        'registered_offense_date' as missing_fact,
        null as depends_on
    from bars
    where kind = 'registration'
    union all
    select
        conviction_id,
        fact,
        missing_fact,
        depends_on
    from bars
    where missing_fact is not null
    union all
    select
        facts.conviction_id,
        'superstrike' as fact,
        superstrikes.missing_fact,
        superstrikes.depends_on
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
            'unread_charge' as missing_fact,
            null as depends_on
        from facts
        left join unread_charges on facts.conviction_id = unread_charges.conviction_id
        where {{ condition }}
    {% endfor %}
    {% for fact in unread.keys() | list + [
        'last_conviction_date', 'any_sentence_end', 'superstrike', 'number_of_convictions'
    ] %}
        union all
        select
            conviction_id,
            '{{ fact }}' as fact,
            'set_aside_line' as missing_fact,
            null as depends_on
        from facts
        where has_incomplete_history
    {% endfor %}
    union all
    select
        facts.conviction_id,
        'pc290_registration' as fact,
        'set_aside_line' as missing_fact,
        null as depends_on
    from facts
    where facts.has_pc290_registration is null
)

select distinct
    conviction_id,
    fact,
    missing_fact,
    depends_on
from missing
