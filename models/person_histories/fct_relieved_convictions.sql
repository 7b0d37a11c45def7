{% set relieving = "('relief', 'set_aside', 'prop64_dismissed')" %}

-- What a disposition says: the first row of the seed that holds.
with lines as (
    select
        entry_id as line_id,
        subject_id,
        charge_id,
        count_id,
        cycle,
        event_type,
        event_date,
        is_convicted,
        {{ regexp_substitute("coalesce(disposition, '')", '\\s+', ' ') }} as disposition,
        {{ squeezed("coalesce(comment_as_written, '')") }} as comment,
        {{ squeezed('charge_text') }} as charge
    from {{ ref('rec_entries') }}
    where
        {{ regexp_test('disposition', relief_words()) }}
        or {{ regexp_test('comment_as_written', relief_words()) }}
),

texts as (
    select disposition as text from lines
    union
    select comment as text from lines
),

classes as (
    select
        texts.text,
        min_by(rows.disposition_class, rows.row_order) as disposition_class
    from texts
    inner join {{ ref('dispositions') }} as rows on regexp_matches(texts.text, rows.pattern, 's')
    group by texts.text
),

-- A comment that begins with a statute names a charge.
entries as (
    select
        lines.*,
        of_comment.disposition_class in {{ relieving }} as is_relief_note,
        case
            when lines.charge = lines.comment and of_comment.disposition_class in {{ relieving }} then ''
            else lines.charge
        end as charge_of_entry
    from lines
    inner join classes as of_disposition on lines.disposition = of_disposition.text
    inner join classes as of_comment on lines.comment = of_comment.text
    where
        of_disposition.disposition_class in {{ relieving }}
        or (
            of_comment.disposition_class in {{ relieving }}
            and (
                not {{ regexp_test('lines.comment', statute_at_start_pattern()) }}
                or (
                    lines.disposition = ''
                    and lines.event_type in ('PROBATION', 'CUSTODY', 'PAROLE', 'SUPERVISION')
                )
            )
        )
),

convictions as (
    select
        subjects.subject_id,
        convictions.conviction_id,
        convictions.cnt_order,
        convictions.count_id,
        convictions.cycle,
        convictions.cycle_event,
        convictions.conviction_date,
        {{ squeezed('offenses.charge_text') }} as charge
    from {{ ref('fct_convictions') }} as convictions
    inner join {{ ref('dim_subjects') }} as subjects on convictions.subject_key = subjects.subject_key
    inner join {{ ref('dim_offenses') }} as offenses on convictions.offense_id = offenses.offense_id
    where subjects.subject_id in (select entries.subject_id from entries)
),

-- An entry is for the convictions of its cycle that have its count; or else its charge; or else, if it names
-- no charge, for all of them, if they are of one event.
compared as (
    select
        entries.line_id,
        entries.charge_of_entry,
        entries.is_convicted,
        entries.event_date < convictions.conviction_date as is_before_the_conviction,
        convictions.conviction_id,
        convictions.cnt_order = entries.charge_id as is_same_conviction,
        convictions.count_id = entries.count_id as is_same_count,
        convictions.charge = entries.charge_of_entry and entries.charge_of_entry <> '' as is_same_charge,
        min(convictions.cycle_event) over by_entry
        = max(convictions.cycle_event) over by_entry as is_one_event
    from entries
    inner join convictions
        on entries.subject_id = convictions.subject_id and entries.cycle = convictions.cycle
    window by_entry as (partition by entries.line_id)
),

matched as (
    select
        *,
        case
            when is_convicted then is_same_conviction
            when bool_or(is_same_count) over by_entry then is_same_count
            when bool_or(is_same_charge) over by_entry then is_same_charge
            when charge_of_entry = '' and is_one_event then true
        end as is_for_it
    from compared
    window by_entry as (partition by line_id)
)

select
    conviction_id,
    bool_or(coalesce(is_for_it, false) and not coalesce(is_before_the_conviction, false)) as is_certain,
    min(line_id) as first_entry_line_id
from matched
where coalesce(is_for_it, true)
group by conviction_id
