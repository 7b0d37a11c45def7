{{ config(materialized='view') }}

select
    decisions.conviction_id,
    decisions.subject_key,
    convictions.cycle_event,
    decisions.county,
    entries.court,
    case_numbers.case_numbers as case_number,
    subjects.cii_number,
    subjects.subject_name as name,
    subjects.date_of_birth,
    convictions.cnt_order as count,
    facts.statute_as_written as statute,
    facts.conviction_date as disposition_date,
    facts.level as current_level,
    decisions.relief,
    determinations.resulting_level,
    -- HS 11361.8 gives no relief for another charge than Prop 64: its ground is left to the prosecutor.
    case
        when facts.is_prop64
            then concat_ws(
                ', ',
                case
                    when facts.sentence_end_date > {{ as_of_date() }} then 'HS 11361.8(b)'
                    when facts.sentence_end_date <= {{ as_of_date() }} then 'HS 11361.8(f)'
                    else 'HS 11361.8'
                end,
                nullif(rules.citation, 'HS 11361.8')
            )
    end as ground,
    {{ as_of_date() }} as decision_date,
    decisions.policy,
    offenses.literal as offense,
    subjects.subject_id,
    subjects.is_deceased
from {{ ref('fct_decisions') }} as decisions
inner join {{ ref('fct_conviction_facts') }} as facts on decisions.conviction_id = facts.conviction_id
inner join {{ ref('fct_convictions') }} as convictions on decisions.conviction_id = convictions.conviction_id
inner join {{ ref('dim_offenses') }} as offenses on convictions.offense_id = offenses.offense_id
inner join {{ ref('dim_subjects') }} as subjects on decisions.subject_key = subjects.subject_key
inner join {{ ref('dim_policy_rules') }} as rules
    on decisions.policy = rules.policy and decisions.rule_id = rules.rule_id
inner join {{ ref('determinations') }} as determinations
    on decisions.determination = determinations.determination
inner join {{ ref('rec_entries') }} as entries on decisions.conviction_id = entries.entry_id
left join {{ ref('fct_relieved_convictions') }} as relieved
    on convictions.conviction_id = relieved.conviction_id and relieved.is_certain
left join {{ ref('int_joined_case_numbers') }} as case_numbers
    on
        convictions.subject_key = case_numbers.subject_key
        and convictions.cycle_event = case_numbers.cycle_event
where
    decisions.policy = {{ sql_text(var('criteria_policy')) }}
    and decisions.is_relief
    -- What the record shows as relieved already is not asked for again.
    and relieved.conviction_id is null
