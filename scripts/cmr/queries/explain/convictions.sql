-- The facts about each of a person's convictions that a policy can decide, with what its county chose.
select
    facts.*, -- noqa: AM04
    criteria.* exclude (county, source),
    criteria.source as criteria_source,
    convictions.cnt_order,
    case_numbers.case_numbers,
    case when relieved.is_certain then 'yes' when not relieved.is_certain then 'maybe' else 'no' end
        as already_relieved,
    list_filter([
        case when convictions.charges_differ then 'offense' end,
        case
            when facts.conviction_id in (select conviction_id from fct_offense_conflicts)
                then 'statute in the offense fields'
        end,
        case when convictions.levels_differ then 'level' end,
        case when convictions.dates_differ then 'date' end,
        case when convictions.counties_differ then 'county' end
    ], lambda conflict: conflict is not null) as conflicts
from fct_conviction_facts as facts
inner join fct_convictions as convictions on facts.conviction_id = convictions.conviction_id
left join fct_relieved_convictions as relieved on facts.conviction_id = relieved.conviction_id
left join int_county_criteria as criteria on facts.county = criteria.county
left join int_joined_case_numbers as case_numbers
    on
        convictions.subject_key = case_numbers.subject_key
        and convictions.cycle_event = case_numbers.cycle_event
where facts.subject_key = $subject_key
order by facts.conviction_date nulls last, facts.conviction_id
