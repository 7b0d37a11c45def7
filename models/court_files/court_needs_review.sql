with conflicts as (
    select
        convictions.conviction_id,
        concat_ws(
            ', ',
            case when subjects.cii_numbers_differ then 'CII number of the person' end,
            case when subjects.names_differ then 'name of the person' end,
            case when subjects.dates_of_birth_differ then 'date of birth of the person' end,
            case when subjects.sexes_differ then 'sex of the person' end,
            case when subjects.races_differ then 'race of the person' end,
            case when convictions.charges_differ then 'offense of the conviction' end,
            case when convictions.levels_differ then 'level of the conviction' end,
            case when convictions.dates_differ then 'date of the conviction' end,
            case when convictions.counties_differ then 'county of the conviction' end
        ) as conflicts
    from {{ ref('fct_convictions') }} as convictions
    inner join {{ ref('dim_subjects') }} as subjects on convictions.subject_key = subjects.subject_key
)

select
    decisions.conviction_id,
    decisions.county,
    numbers.file_name,
    numbers.line,
    subjects.subject_id,
    subjects.cii_number,
    convictions.cnt_order,
    results.case_number,
    facts.statute_as_written as statute,
    facts.conviction_date,
    facts.level,
    decisions.determination,
    decisions.reason,
    decisions.missing_facts,
    nullif(conflicts.conflicts, '') as conflicting_facts
from {{ ref('fct_decisions') }} as decisions
inner join {{ ref('court_results') }} as results on decisions.conviction_id = results.line_id
inner join {{ ref('fct_conviction_facts') }} as facts on decisions.conviction_id = facts.conviction_id
inner join {{ ref('fct_convictions') }} as convictions on decisions.conviction_id = convictions.conviction_id
inner join {{ ref('dim_subjects') }} as subjects on decisions.subject_key = subjects.subject_key
inner join conflicts on decisions.conviction_id = conflicts.conviction_id
inner join {{ ref('raw_line_numbers') }} as numbers on decisions.conviction_id = numbers.line_id
where
    decisions.policy = {{ sql_text(var('criteria_policy')) }}
    and (
        decisions.determination not in ('Eligible for Dismissal', 'Eligible for Reduction', 'Not eligible')
        or conflicts.conflicts <> ''
    )
