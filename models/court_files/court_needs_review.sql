-- What conflicts in a conviction's data, or leaves open whether it is one that a policy covers.
with other_offenses as (
    select
        conviction_id,
        string_agg(field || ': ' || other_text, '; ' order by field, other_text) as other_offenses
    from {{ ref('fct_offense_conflicts') }}
    group by conviction_id
),

conflicts as (
    select
        convictions.conviction_id,
        other_offenses.other_offenses,
        offenses.reading <> 'certain' as is_unread,
        concat_ws(
            ', ',
            case when subjects.cii_numbers_differ then 'CII number of the person' end,
            case when subjects.names_differ then 'name of the person' end,
            case when subjects.dates_of_birth_differ then 'date of birth of the person' end,
            case when subjects.sexes_differ then 'sex of the person' end,
            case when subjects.races_differ then 'race of the person' end,
            case
                when subjects.contradicted_date_of_birth is not null
                    then 'date of birth of the person and date of a conviction'
            end,
            case when convictions.charges_differ then 'offense of the conviction' end,
            case when other_offenses.conviction_id is not null then 'statute in the offense fields' end,
            case when convictions.levels_differ then 'level of the conviction' end,
            case when convictions.dates_differ then 'date of the conviction' end,
            case when convictions.counties_differ then 'county of the conviction' end,
            case when relieved.is_certain then 'already relieved' end,
            case when not relieved.is_certain then 'may be already relieved' end
        ) as conflicts
    from {{ ref('fct_convictions') }} as convictions
    inner join {{ ref('dim_subjects') }} as subjects on convictions.subject_key = subjects.subject_key
    inner join {{ ref('dim_offenses') }} as offenses on convictions.offense_id = offenses.offense_id
    left join other_offenses on convictions.conviction_id = other_offenses.conviction_id
    left join {{ ref('fct_relieved_convictions') }} as relieved
        on convictions.conviction_id = relieved.conviction_id
),

decisions as (
    select decisions.*
    from {{ ref('fct_decisions') }} as decisions
    where decisions.policy = {{ sql_text(var('criteria_policy')) }}
)

select
    coalesce(decisions.county, convictions.county) as county,
    convictions.conviction_id,
    numbers.file_name,
    numbers.line,
    subjects.subject_id,
    subjects.cii_number,
    convictions.cnt_order,
    coalesce(case_numbers.case_numbers, '') as case_number,
    offenses.statute_as_written as statute,
    convictions.conviction_date,
    convictions.level,
    decisions.determination,
    decisions.reason,
    case
        when conflicts.is_unread
            then (
                select label from {{ ref('facts') }}
                where fact = 'unread_charge'
            )
        else decisions.missing_facts
    end as missing_facts,
    nullif(conflicts.conflicts, '') as conflicting_facts,
    conflicts.other_offenses
from conflicts
inner join {{ ref('fct_convictions') }} as convictions on conflicts.conviction_id = convictions.conviction_id
inner join {{ ref('dim_subjects') }} as subjects on convictions.subject_key = subjects.subject_key
inner join {{ ref('dim_offenses') }} as offenses on convictions.offense_id = offenses.offense_id
inner join {{ ref('rec_evidence') }} as numbers on conflicts.conviction_id = numbers.entry_id
left join decisions on conflicts.conviction_id = decisions.conviction_id
left join {{ ref('int_joined_case_numbers') }} as case_numbers
    on
        convictions.subject_key = case_numbers.subject_key
        and convictions.cycle_event = case_numbers.cycle_event
where
    decisions.needs_review
    or (decisions.conviction_id is not null and conflicts.conflicts <> '')
    -- A charge that is unread may be one that the policy covers.
    or (
        conflicts.is_unread
        and convictions.county in (select county from {{ ref('counties') }})
    )
