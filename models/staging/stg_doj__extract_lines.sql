{{ config(materialized='view') }}

with source as (
    select * from {{ ref('raw_doj__extract') }}
),

trimmed as (
    select
        line_id,
        nullif(trim(subject_id), '') as subject_id,
        trim(cnt_order) as cnt_order,
        nullif(trim(cii_number), '') as cii_number,
        nullif(trim(pri_name), '') as subject_name,
        nullif(trim(pri_dob), '') as date_of_birth_text,
        nullif(trim(gender), '') as sex,
        nullif(trim(race_descr), '') as race,
        upper(trim(stp_type_descr)) as event_type,
        {{ parse_date('stp_event_date') }} as event_date,
        nullif(upper(trim(stp_ori_cnty_name)), '') as county,
        case when trim(ofn) <> '' and ofn <> 'NULL' then ofn end as case_number,
        upper(trim(disp_descr)) as disposition,
        nullif(upper(trim(conv_stat_descr)), '') as level_text,
        upper(trim(offense_toc)) as offense_toc,
        offense_descr,
        comment_text,
        nullif(upper(trim(sent_length)), '') as sentence_length,
        nullif(upper(trim(sent_time_code)), '') as sentence_unit
    from source
)

select
    line_id,
    subject_id,
    case when regexp_full_match(cnt_order, '[0-9]{12,}') then cnt_order end as cnt_order,
    cast(try_cast(left(cnt_order, 3) as integer) as integer) as cycle,
    cast(try_cast(left(cnt_order, 6) as integer) as integer) as cycle_event,
    cii_number,
    subject_name,
    date_of_birth_text,
    sex,
    race,
    event_type,
    event_date,
    county,
    case_number,
    coalesce(starts_with(disposition, 'CONVICTED'), false) as is_convicted,
    coalesce(contains(disposition, '1203.4'), false) as is_dismissed_under_1203_4,
    case
        when level_text in ('FELONY', 'MISDEMEANOR', 'INFRACTION') then level_text
        when level_text is not null then null
        when offense_toc = 'F' then 'FELONY'
        when offense_toc = 'M' then 'MISDEMEANOR'
        when offense_toc = 'I' then 'INFRACTION'
    end as level,
    case
        when coalesce(upper(trim(offense_descr)), '') in ('', 'SEE COMMENT FOR CHARGE') then comment_text
        else offense_descr
    end as charge_text,
    coalesce(event_type = 'REGISTRATION' and ltrim(offense_descr) like '290%', false)
        as is_pc290_registration,
    sentence_length,
    sentence_unit,
    case
        when subject_id is null then 'SUBJECT_ID is blank'
        when not coalesce(regexp_full_match(cnt_order, '[0-9]{12,}'), false)
            then 'CNT_ORDER has fewer than 12 digits'
    end as set_aside_cause
from trimmed
