-- Every line of a person in the order of the history: cycle, event, count, part; lines set aside at the end.
-- A comment may name people: without $with_names only the statute that is read from it is shown.
with

lines as (
    select *
    from stg_ca_doj__lines
    where
        subject_id = (
            select subject_id
            from dim_subjects
            where subject_key = $subject_key
        )
)

select
    lines.line_id,
    numbers.file_name as file,
    numbers.line,
    lines.cycle,
    lines.cycle_event - 1000 * lines.cycle as event,
    cast(substr(lines.cnt_order, 7, 3) as integer) as count,
    cast(substr(lines.cnt_order, 10, 3) as integer) as part,
    lines.event_type,
    lines.event_date,
    case when lines.event_date is null then nullif(trim(fields.stp_event_date), '') end as unread_date,
    nullif(trim(fields.stp_ori_descr), '') as agency,
    lines.county,
    lines.case_number as ofn,
    case
        when (lines.charge_text is not distinct from fields.offense_descr) or $with_names
            then trim(lines.charge_text)
        when offenses.reading <> 'unread' then offenses.statute_as_written
        when lines.charge_text is not null then 'stands in COMMENT_TEXT, not shown'
    end as charge,
    list_filter([
        case when offenses.is_prop64 then 'Prop 64' end,
        case when offenses.is_related_charge then 'related charge' end,
        case when offenses.is_potentially_related then 'potentially related' end,
        case offenses.superstrike
            when 'yes' then 'superstrike'
            when 'depends' then 'superstrike: depends'
        end,
        case
            when offenses.is_gang_enhancement or offenses.is_gang_pair then 'superstrike: as a gang pair'
        end,
        case offenses.pc290
            when 'yes' then 'PC 290'
            when 'if_felony' then 'PC 290: if a felony'
            when 'depends' then 'PC 290: depends'
        end,
        case when offenses.is_registration_statute then 'PC 290 registration' end
    ], lambda list: list is not null) as lists,
    nullif(trim(fields.disp_descr), '') as disposition,
    lines.is_convicted,
    lines.level,
    nullif(
        concat_ws(' ', nullif(trim(fields.sent_loc_descr), ''), lines.sentence_length, lines.sentence_unit),
        ''
    ) as sentence,
    lines.set_aside_cause
from lines
inner join raw_doj__extract as fields on lines.line_id = fields.line_id
inner join raw_line_numbers as numbers on lines.line_id = numbers.line_id
left join dim_offenses as offenses on lines.charge_text = offenses.charge_text
order by lines.set_aside_cause is not null, lines.cnt_order, lines.line_id
