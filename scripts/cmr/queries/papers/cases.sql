-- A row for each paper: its file, what the index says of it, and its data.
with counts as (
    select
        *,
        struct_pack(
            count := count, statute := statute, offense := offense,
            disposition_date := strftime(disposition_date, '%m/%d/%Y'),
            current_level := current_level, relief := relief, ground := ground,
            case_numbers := nullif(case_numbers_of_event, case_number)
        ) as shown
    from court_case_counts
    where county = getvariable('county')
),

people as (
    select
        case_id,
        subject_key,
        struct_pack(
            name := any_value(name), cii_number := any_value(cii_number),
            date_of_birth := strftime(any_value(date_of_birth), '%m/%d/%Y'),
            counts := list(shown order by count, conviction_id)
        ) as person
    from counts
    group by case_id, subject_key
),

people_of_cases as (
    select
        case_id,
        list(person order by subject_key) as people
    from people
    group by case_id
),

cases as (
    select
        case_id,
        any_value(court) as court,
        any_value(case_number) as case_number,
        {{ totals }}
    from counts
    group by case_id
)

select
    'Case_' || case_id || '.pdf' as file,
    'case.typ' as template,
    getvariable('county') as county,
    court,
    case_number,
    len(people) as people,
    dismissals,
    reductions,
    to_json(paper) as data
from (
    select
        cases.*,
        people,
        {{ common }}
    from cases inner join people_of_cases on cases.case_id = people_of_cases.case_id
    cross join run_settings
) as paper
