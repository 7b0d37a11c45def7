-- The lines of the input that a fact rests on: per fact of the person (conviction_id null), and per fact of
-- each conviction that a policy can decide. A fact that nothing on record speaks for has no lines. This is
-- evidence to look up; the facts are worked out in models/person_histories and models/eligibility.
with

lines as (
    select
        lines.*,
        offenses.is_prop64,
        offenses.reading
    from stg_ca_doj__lines as lines
    inner join dim_offenses as offenses on lines.charge_text = offenses.charge_text
    where
        lines.subject_id = (
            select subject_id from dim_subjects
            where subject_key = $subject_key
        )
        and lines.set_aside_cause is null
),

convictions as (
    select
        convictions.*,
        offenses.is_prop64,
        offenses.reading,
        offenses.prop64_section,
        offenses.subdivision,
        offenses.is_attempt
    from fct_convictions as convictions
    inner join dim_offenses as offenses on convictions.offense_id = offenses.offense_id
    where convictions.subject_key = $subject_key
),

covered as (
    select
        facts.conviction_id,
        facts.conviction_date,
        facts.prop64_section,
        facts.subdivision,
        facts.is_attempt,
        convictions.cnt_order,
        convictions.cycle,
        convictions.cycle_event
    from fct_conviction_facts as facts
    inner join convictions on facts.conviction_id = convictions.conviction_id
),

fact_lines as (
    -- Facts of the person.
    select
        null as conviction_id,
        'date_of_birth' as fact,
        min(line_id) as line_id
    from lines
    where date_of_birth is not null
    union all
    select
        null as conviction_id,
        'is_deceased' as fact,
        line_id
    from lines
    where event_type = 'DECEASED'
    union all
    select
        null as conviction_id,
        unnest([
            'convictions_on_record',
            case when is_prop64 then 'prop64_convictions' end,
            case when reading <> 'certain' then 'unread_convictions' end,
            case when level = 'FELONY' then 'felony_convictions' end,
            case when level is null then 'unknown_level_convictions' end,
            case when conviction_date is null then 'undated_convictions' end,
            case when conviction_date is null then 'has_another_undated_conviction' end,
            case when conviction_date = max(conviction_date) over () then 'last_known_conviction_date' end,
            -- What speaks against it, or leaves it open; where nothing does, all of them.
            case when not is_prop64 or bool_and(is_prop64) over () then 'has_only_prop64_convictions' end,
            case
                when sentence_end_date = max(sentence_end_date) over () then 'last_known_sentence_end_date'
            end,
            case when sentence_end_date is null then 'unknown_sentence_ends' end,
            case
                when sentence_end_date is null or sentence_end_date = max(sentence_end_date) over ()
                    then 'is_serving_sentence'
            end
        ]) as fact,
        conviction_id as line_id
    from convictions
    union all
    select
        null as conviction_id,
        unnest(['has_superstrike', case when membership = 'yes' then 'superstrike_statutes' end]) as fact,
        conviction_id as line_id
    from fct_superstrikes
    where subject_key = $subject_key
    union all
    select
        null as conviction_id,
        case kind
            when 'registration' then 'has_pc290_registration'
            when 'conviction' then 'pc290_statutes'
        end as fact,
        line_id
    from fct_pc290_records
    where subject_key = $subject_key and membership = 'yes'
    union all
    select
        null as conviction_id,
        unnest(['has_incomplete_history', 'set_aside_convicted_lines']) as fact,
        line_id
    from stg_ca_doj__lines
    where
        subject_id = (
            select subject_id from dim_subjects
            where subject_key = $subject_key
        )
        and set_aside_cause is not null
        and is_convicted
    union all
    -- Facts that stand on the conviction's own lines.
    select
        conviction_id,
        unnest([
            'county', 'level', 'is_felony', 'conviction_date', 'is_prop64', 'prop64_section',
            'is_related_charge', 'is_potentially_related', 'is_plea_charge', 'code', 'section', 'subdivision',
            'is_attempt', 'statute_as_written'
        ]) as fact,
        conviction_id as line_id
    from covered
    union all
    select
        covered.conviction_id,
        'sentence_end_date' as fact,
        lines.line_id
    from covered
    inner join lines on covered.cnt_order = lines.cnt_order and lines.is_convicted
    union all
    -- Facts that stand on other lines, for this conviction.
    select
        covered.conviction_id,
        'has_earlier_superstrike' as fact,
        bars.conviction_id as line_id
    from covered
    cross join fct_superstrikes as bars
    where bars.subject_key = $subject_key and coalesce(bars.conviction_date < covered.conviction_date, true)
    union all
    select
        covered.conviction_id,
        'has_earlier_pc290_record' as fact,
        bars.line_id
    from covered
    cross join fct_pc290_records as bars
    where
        bars.subject_key = $subject_key
        and bars.membership <> 'no'
        and (bars.kind <> 'conviction' or coalesce(bars.event_date < covered.conviction_date, true))
    union all
    select
        covered.conviction_id,
        case
            when priors.conviction_date < covered.conviction_date then 'earlier_convictions_same_section'
            when (priors.conviction_date < covered.conviction_date) is null
                then 'undated_order_convictions_same_section'
        end as fact,
        priors.conviction_id as line_id
    from covered
    inner join convictions as priors
        on covered.prop64_section = priors.prop64_section and covered.conviction_id <> priors.conviction_id
    union all
    select
        covered.conviction_id,
        unnest([
            case
                when
                    coalesce(unread.conviction_date < covered.conviction_date, true)
                    then 'unread_convictions_before'
            end,
            'unread_conviction_events'
        ]) as fact,
        unread.conviction_id as line_id
    from covered
    cross join convictions as unread
    where covered.prop64_section is not null and unread.reading <> 'certain'
    union all
    select
        covered.conviction_id,
        'conviction_events_same_charge' as fact,
        same.conviction_id as line_id
    from covered
    inner join convictions as same
        on
            covered.prop64_section = same.prop64_section
            and covered.subdivision is not distinct from same.subdivision
            and covered.is_attempt = same.is_attempt
    union all
    select
        covered.conviction_id,
        unnest([
            case when lines.is_prop64 or lines.reading <> 'certain' then 'has_prop64_charge_in_cycle' end,
            case
                when
                    (lines.is_prop64 or lines.reading <> 'certain')
                    and covered.cycle_event = lines.cycle_event
                    then 'has_prop64_charge_in_event'
            end,
            case
                when lines.is_dismissed_under_1203_4 and covered.cycle_event = lines.cycle_event
                    then 'is_event_dismissed_under_1203_4'
            end
        ]) as fact,
        lines.line_id
    from covered
    inner join lines on covered.cycle = lines.cycle
)

select distinct
    fact_lines.conviction_id,
    fact_lines.fact,
    numbers.file_id,
    numbers.file_name as file,
    numbers.line
from fact_lines
inner join raw_line_numbers as numbers on fact_lines.line_id = numbers.line_id
where fact_lines.fact is not null
order by numbers.file_id, numbers.line
