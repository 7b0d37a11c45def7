with flagged as (
    select
        facts.conviction_id,
        facts.subject_key,
        facts.county,
        facts.statute_as_written,
        facts.conviction_date,
        facts.level,
        convictions.cnt_order,
        convictions.cycle,
        convictions.cycle_event
    from {{ ref('fct_conviction_facts') }} as facts
    inner join {{ ref('fct_convictions') }} as convictions on facts.conviction_id = convictions.conviction_id
    where facts.is_potentially_related
),

-- One conviction may stand in a cycle with several arrests for a Prop 64 offense.
arrests as (
    select
        flagged.conviction_id,
        subjects.subject_id,
        events.cycle_event
    from flagged
    inner join {{ ref('fct_prop64_events') }} as events
        on flagged.subject_key = events.subject_key and flagged.cycle = events.cycle
    inner join {{ ref('dim_subjects') }} as subjects on flagged.subject_key = subjects.subject_key
    where events.has_arrest
),

-- A count of several entries is one charge: that of its first entry.
charges as (
    select
        arrests.conviction_id,
        min(entries.entry_id) as entry_id,
        min_by(offenses.statute_as_written, entries.entry_id) as statute_as_written
    from arrests
    inner join {{ ref('rec_entries') }} as entries
        on arrests.subject_id = entries.subject_id and arrests.cycle_event = entries.cycle_event
    inner join {{ ref('dim_offenses') }} as offenses on entries.charge_text = offenses.charge_text
    where starts_with(entries.event_type, 'ARREST')
    group by arrests.conviction_id, entries.count_id
),

charges_by_conviction as (
    select
        conviction_id,
        string_agg(statute_as_written, '; ' order by entry_id) as charges_in_arrest
    from charges
    group by conviction_id
)

select
    flagged.conviction_id,
    flagged.county,
    numbers.file_name,
    numbers.line,
    subjects.subject_id,
    subjects.cii_number,
    flagged.cnt_order,
    coalesce(case_numbers.case_numbers, '') as case_number,
    flagged.statute_as_written as statute,
    flagged.conviction_date,
    flagged.level,
    'Potentially Eligible' as related_charge,
    charges.charges_in_arrest
from flagged
inner join charges_by_conviction as charges on flagged.conviction_id = charges.conviction_id
inner join {{ ref('dim_subjects') }} as subjects on flagged.subject_key = subjects.subject_key
inner join {{ ref('rec_evidence') }} as numbers on flagged.conviction_id = numbers.entry_id
left join {{ ref('int_joined_case_numbers') }} as case_numbers
    on
        flagged.subject_key = case_numbers.subject_key
        and flagged.cycle_event = case_numbers.cycle_event
