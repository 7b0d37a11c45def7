select
    decisions.conviction_id as line_id,
    decisions.county,
    coalesce(case_numbers.case_numbers, '') as case_number,
    records.convictions_on_record,
    case
        when facts.conviction_date > {{ prop64_effective_date() }} then 'Y'
        when facts.conviction_date is not null then 'N'
    end as occurred_after_prop64,
    coalesce(records.superstrike_statutes, '-') as superstrike_statutes,
    coalesce(records.pc290_statutes, '-') as pc290_statutes,
    case when records.has_pc290_registration then 'Yes' else '-' end as pc290_registration,
    {{ us_date('facts.conviction_date') }} as conviction_date,
    {{ years_between('facts.conviction_date', as_of_date()) }} as years_since_conviction,
    {{ years_between('records.last_known_conviction_date', as_of_date()) }} as years_since_any_conviction,
    records.prop64_convictions,
    records.hs_11357_convictions,
    records.hs_11358_convictions,
    records.hs_11359_convictions,
    records.hs_11360_convictions,
    case when facts.is_deceased then 'Deceased' else '-' end as deceased,
    decisions.determination,
    decisions.reason
from {{ ref('fct_decisions') }} as decisions
inner join {{ ref('fct_conviction_facts') }} as facts on decisions.conviction_id = facts.conviction_id
inner join {{ ref('fct_convictions') }} as convictions on decisions.conviction_id = convictions.conviction_id
inner join {{ ref('fct_subject_records') }} as records on decisions.subject_key = records.subject_key
left join {{ ref('int_joined_case_numbers') }} as case_numbers
    on
        convictions.subject_key = case_numbers.subject_key
        and convictions.cycle_event = case_numbers.cycle_event
where decisions.policy = {{ sql_text(var('criteria_policy')) }}
