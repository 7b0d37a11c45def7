with source as (
    select * from {{ ref('raw_doj__extract') }}
),

-- Texts first: what is worked out from one then names it, and its pattern is there once.
texts as (
    select
        line_id,
        {{ known_text('subject_id') }} as subject_id,
        case
            when regexp_full_match({{ trimmed('cnt_order') }}, '[0-9]{12,}') then {{ trimmed('cnt_order') }}
        end as cnt_order,
        left({{ trimmed('cnt_order') }}, 6) as cycle_event_text,
        {{ known_text('cii_number') }} as cii_number,
        nullif({{ trimmed('pri_name') }}, '') as subject_name,
        {{ known_text('pri_dob') }} as date_of_birth_text,
        {{ known_text('gender') }} as sex,
        {{ known_text('race_descr') }} as race,
        upper({{ trimmed('stp_type_descr') }}) as event_type,
        {{ known_text('stp_event_date') }} as event_date_text,
        upper({{ known_text('stp_ori_cnty_name') }}) as county,
        nullif({{ trimmed('stp_ori_descr') }}, '') as court,
        {{ known_text('ofn') }} as case_number,
        upper({{ trimmed('disp_descr') }}) as disposition,
        upper({{ known_text('conv_stat_descr') }}) as level_text,
        upper({{ trimmed('offense_toc') }}) as offense_toc,
        {{ known_text('offense_descr') }} as offense_text,
        {{ known_text('comment_text') }} as known_comment,
        offense_descr,
        comment_text,
        {{ known_text('conv_offense_descr') }} as offense_of_conviction,
        {{ known_text('disp_offense_descr') }} as offense_of_disposition,
        upper({{ known_text('sent_length') }}) as sentence_length,
        upper({{ known_text('sent_time_code') }}) as sentence_unit
    from source
)

select
    line_id,
    subject_id,
    cnt_order,
    try_cast(left(cycle_event_text, 3) as integer) as cycle,
    try_cast(cycle_event_text as integer) as cycle_event,
    cii_number,
    subject_name,
    {{ known_birth('date_of_birth_text') }} as date_of_birth,
    sex,
    race,
    event_type,
    {{ known_date('event_date_text') }} as event_date,
    case
        when event_date_text > strftime({{ as_of_date() }}, '%Y%m%d')
            then coalesce({{ parse_date('event_date_text') }} > {{ as_of_date() }}, false)
        else false
    end as is_dated_after_as_of,
    county,
    court,
    case_number,
    disposition,
    coalesce(starts_with(disposition, 'CONVICTED'), false) as is_convicted,
    coalesce(contains(disposition, '1203.4'), false) as is_dismissed_under_1203_4,
    case
        when level_text in ('FELONY', 'MISDEMEANOR', 'INFRACTION') then level_text
        when level_text is not null then null
        when offense_toc = 'F' then 'FELONY'
        when offense_toc = 'M' then 'MISDEMEANOR'
        when offense_toc = 'I' then 'INFRACTION'
    end as level,
    -- Blank where no charge is written: it is unread, as a text that names no statute is.
    case
        when upper(offense_text) <> 'SEE COMMENT FOR CHARGE' then offense_descr
        when known_comment is not null then comment_text
        else ''
    end as charge_text,
    coalesce(event_type = 'REGISTRATION' and starts_with(offense_text, '290'), false)
        as is_pc290_registration,
    comment_text as comment_as_written,
    offense_of_conviction,
    offense_of_disposition,
    sentence_length,
    sentence_unit,
    case
        when subject_id is null then 'SUBJECT_ID is blank'
        when cnt_order is null
            then 'CNT_ORDER has fewer than 12 digits'
    end as set_aside_cause
from texts
