-- Lines that were set aside and still name their person, who may have another conviction or registration.
with odd_lines as (
    select odd_lines.text
    from {{ ref('raw_odd_lines') }} as odd_lines
    inner join {{ ref('raw_reassembled_lines') }} as reassembled
        on odd_lines.line_id between reassembled.line_id and reassembled.last_line_id
    where reassembled.cause <> 'blank line'
    union all
    select text
    from {{ source('reader', 'raw_reader_rejects') }}
),

-- Its fields cannot be told for certain: SUBJECT_ID is taken for the third one, and a field that begins with
-- CONVICTED or REGISTRATION for what the line says, wherever it stands.
odd_subjects as (
    select
        {{ regexp_capture('text', '^(?:(?:"(?:[^"]|"")*"|[^,"]*),){2}\\s*"?([^,"]*)', 1) }} as subject_id,
        {{ regexp_test('text', '(?:^|,)[\\s"]*CONVICTED') }} as is_convicted,
        {{ regexp_test('text', '(?:^|,)[\\s"]*REGISTRATION') }} as is_registration
    from odd_lines
),

set_aside as (
    select
        {{ known_text('subject_id') }} as subject_id,
        is_convicted,
        is_registration
    from odd_subjects
    union all
    select
        subject_id,
        is_convicted,
        coalesce(event_type = 'REGISTRATION', false) as is_registration
    from {{ ref('stg_ca_doj__lines') }}
    where set_aside_cause is not null
)

select
    'ca_doj_extract' as source,
    subject_id,
    count(*) filter (where is_convicted) as set_aside_convicted_lines,
    count(*) filter (where is_registration) as set_aside_registration_lines
from set_aside
where subject_id is not null and (is_convicted or is_registration)
group by subject_id
