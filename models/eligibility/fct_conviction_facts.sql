with bars as (
    select
        conviction_id,
        bool_or(is_certain) filter (where fact = 'earlier_superstrike') as has_certain_superstrike,
        bool_or(is_certain) filter (where fact = 'earlier_pc290_record') as has_certain_pc290_record,
        count(*) filter (where fact = 'earlier_superstrike') as possible_superstrikes,
        count(*) filter (where fact = 'earlier_pc290_record') as possible_pc290_records
    from {{ ref('int_earlier_bars') }}
    group by conviction_id
),

prop64_cycles as (
    select distinct
        subject_key,
        cycle
    from {{ ref('fct_prop64_events') }}
),

unread_cycles as (
    select distinct
        subject_key,
        cycle
    from {{ ref('int_unread_events') }}
),

dismissed_events as (
    select distinct
        subjects.subject_key,
        entries.cycle_event
    from {{ ref('rec_entries') }} as entries
    inner join {{ ref('dim_subjects') }} as subjects on entries.subject_id = subjects.subject_id
    where entries.is_dismissed_under_1203_4
)

select
    convictions.conviction_id,
    convictions.subject_key,
    convictions.county,
    convictions.county in (select county from {{ ref('counties') }}) as is_in_known_county,
    convictions.is_prop64,
    convictions.prop64_section,
    convictions.is_related_charge,
    convictions.is_potentially_related,
    coalesce(
        convictions.code || ' ' || convictions.section in (
            select code || ' ' || section from {{ ref('statutes') }}
            where list = 'plea_bargain'
        ),
        false
    ) as is_plea_charge,
    convictions.code,
    convictions.section,
    convictions.subdivision,
    convictions.is_attempt,
    convictions.statute_as_written,
    convictions.level,
    convictions.level = 'FELONY' as is_felony,
    convictions.conviction_date,
    convictions.sentence_end_date,
    subjects.date_of_birth,
    subjects.is_deceased,
    records.convictions_on_record,
    records.set_aside_convicted_lines > 0 as has_incomplete_history,
    records.unread_convictions,
    case
        when records.convictions_on_record > records.prop64_convictions + records.unread_convictions
            then false
        when records.unread_convictions = 0 and records.set_aside_convicted_lines = 0 then true
    end as has_only_prop64_convictions,
    records.last_known_conviction_date,
    records.undated_convictions,
    records.undated_convictions > case when convictions.conviction_date is null then 1 else 0 end
        as has_another_undated_conviction,
    case
        when records.last_known_sentence_end_date > {{ as_of_date() }} then true
        when records.unknown_sentence_ends = 0 and records.set_aside_convicted_lines = 0 then false
    end as is_serving_sentence,
    records.unknown_sentence_ends > 0 as has_an_unknown_sentence_end,
    records.has_superstrike,
    records.has_pc290_registration,
    case
        when bars.has_certain_superstrike then true
        when coalesce(bars.possible_superstrikes, 0) = 0 then false
    end as has_earlier_superstrike,
    case
        when bars.has_certain_pc290_record then true
        when coalesce(bars.possible_pc290_records, 0) = 0 then false
    end as has_earlier_pc290_record,
    coalesce(priors.earlier_convictions_same_section, 0) as earlier_convictions_same_section,
    coalesce(priors.undated_order_convictions_same_section, 0) as undated_order_convictions_same_section,
    coalesce(priors.conviction_events_same_charge, 0) as conviction_events_same_charge,
    coalesce(priors.unread_convictions_before, 0) as unread_convictions_before,
    coalesce(priors.unread_conviction_events, 0) as unread_conviction_events,
    case
        when prop64_cycles.subject_key is not null then true
        when unread_cycles.subject_key is null and records.set_aside_convicted_lines = 0 then false
    end as has_prop64_charge_in_cycle,
    case
        when prop64_events.subject_key is not null then true
        when unread_events.subject_key is null and records.set_aside_convicted_lines = 0 then false
    end as has_prop64_charge_in_event,
    dismissed_events.subject_key is not null as is_event_dismissed_under_1203_4
from {{ ref('int_covered_convictions') }} as convictions
inner join {{ ref('dim_subjects') }} as subjects on convictions.subject_key = subjects.subject_key
inner join {{ ref('fct_subject_records') }} as records on convictions.subject_key = records.subject_key
left join bars on convictions.conviction_id = bars.conviction_id
left join {{ ref('int_same_section_priors') }} as priors on convictions.conviction_id = priors.conviction_id
left join prop64_cycles
    on convictions.subject_key = prop64_cycles.subject_key and convictions.cycle = prop64_cycles.cycle
left join {{ ref('fct_prop64_events') }} as prop64_events
    on
        convictions.subject_key = prop64_events.subject_key
        and convictions.cycle_event = prop64_events.cycle_event
left join unread_cycles
    on convictions.subject_key = unread_cycles.subject_key and convictions.cycle = unread_cycles.cycle
left join {{ ref('int_unread_events') }} as unread_events
    on
        convictions.subject_key = unread_events.subject_key
        and convictions.cycle_event = unread_events.cycle_event
left join dismissed_events
    on
        convictions.subject_key = dismissed_events.subject_key
        and convictions.cycle_event = dismissed_events.cycle_event
