select
    convictions.conviction_id as line_id,
    convictions.subject_key,
    'conviction' as kind,
    convictions.conviction_date as event_date,
    offenses.statute_as_written,
    case
        when offenses.pc290 <> 'if_felony' then offenses.pc290
        when convictions.level = 'FELONY' then 'yes'
        when convictions.level is null then 'depends'
        else 'no'
    end as membership,
    case
        when offenses.pc290 = 'depends'
            then case when offenses.depends_on is null then 'unread_charge' else 'statute_fact' end
        when offenses.pc290 = 'if_felony' and convictions.level is null then 'level'
    end as missing_fact,
    case when offenses.pc290 = 'depends' then offenses.depends_on end as depends_on
from {{ ref('fct_convictions') }} as convictions
inner join {{ ref('dim_offenses') }} as offenses on convictions.offense_id = offenses.offense_id
where offenses.pc290 <> 'no'
union all
select
    convictions.conviction_id as line_id,
    convictions.subject_key,
    'conviction of a registrant' as kind,
    convictions.conviction_date as event_date,
    offenses.statute_as_written,
    'yes' as membership,
    null as missing_fact,
    null as depends_on
from {{ ref('fct_convictions') }} as convictions
inner join {{ ref('dim_offenses') }} as offenses on convictions.offense_id = offenses.offense_id
where offenses.is_registration_statute
union all
select
    entries.entry_id as line_id,
    subjects.subject_key,
    'registration' as kind,
    entries.event_date,
    offenses.statute_as_written,
    'yes' as membership,
    null as missing_fact,
    null as depends_on
from {{ ref('rec_entries') }} as entries
inner join {{ ref('dim_subjects') }} as subjects on entries.subject_id = subjects.subject_id
left join {{ ref('dim_offenses') }} as offenses on entries.charge_text = offenses.charge_text
where entries.is_pc290_registration
