-- The people whom $subject names: by SUBJECT_ID, by CII number, or by a case number of theirs.
with

found as (
    select
        subject_id,
        'SUBJECT_ID' as found_by
    from dim_subjects
    where subject_id = $subject
    union
    select
        subject_id,
        'CII number' as found_by
    from stg_ca_doj__lines
    where cii_number = $subject
    union
    select
        subject_id,
        'case number' as found_by
    from stg_ca_doj__lines
    where upper(trim(case_number)) = upper($subject) and event_type = 'COURT ACTION'
)

select
    subjects.subject_key,
    subjects.subject_id,
    subjects.cii_number,
    subjects.subject_name,
    string_agg(found.found_by, ', ' order by found.found_by) as found_by,
    -- Someone without a conviction has no records.
    any_value(subjects.date_of_birth) as date_of_birth,
    any_value(subjects.is_deceased) as is_deceased,
    coalesce(any_value(records.convictions_on_record), 0) as convictions_on_record,
    coalesce(any_value(records.prop64_convictions), 0) as prop64_convictions,
    coalesce(any_value(records.felony_convictions), 0) as felony_convictions,
    coalesce(any_value(records.unknown_level_convictions), 0) as unknown_level_convictions,
    any_value(records.last_known_conviction_date) as last_known_conviction_date,
    coalesce(any_value(records.undated_convictions), 0) as undated_convictions,
    any_value(records.last_known_sentence_end_date) as last_known_sentence_end_date,
    coalesce(any_value(records.unknown_sentence_ends), 0) as unknown_sentence_ends,
    any_value(records.superstrike_statutes) as superstrike_statutes,
    any_value(records.pc290_statutes) as pc290_statutes,
    case
        when any_value(records.subject_key) is null then false
        else any_value(records.has_pc290_registration)
    end as has_pc290_registration,
    coalesce(any_value(records.unread_convictions), 0) as unread_convictions,
    coalesce(any_value(records.set_aside_convicted_lines), 0) as set_aside_convicted_lines,
    list_filter([
        case when any_value(subjects.cii_numbers_differ) then 'CII number' end,
        case when any_value(subjects.names_differ) then 'name' end,
        case when any_value(subjects.dates_of_birth_differ) then 'date of birth' end,
        case when any_value(subjects.sexes_differ) then 'sex' end,
        case when any_value(subjects.races_differ) then 'race' end,
        case
            when any_value(subjects.contradicted_date_of_birth) is not null
                then 'date of birth and date of a conviction'
        end
    ], lambda conflict: conflict is not null) as conflicts
from found
inner join dim_subjects as subjects on found.subject_id = subjects.subject_id
left join fct_subject_records as records on subjects.subject_key = records.subject_key
group by subjects.subject_key, subjects.subject_id, subjects.cii_number, subjects.subject_name
order by subjects.subject_key
