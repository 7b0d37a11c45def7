-- A letter for each living person: for the dead, the court papers are all that is made.
with counts as (
    select
        *,
        struct_pack(
            court := court, case_number := case_number, statute := statute, offense := offense,
            disposition_date := strftime(disposition_date, '%m/%d/%Y'), relief := relief
        ) as shown
    from court_updates
    where county = getvariable('county') and not is_deceased
),

people as (
    select
        row_number() over (order by subject_key) as number,
        any_value(name) as name,
        any_value(cii_number) as cii_number,
        {{ totals }},
        list(shown order by count, conviction_id) as counts
    from counts
    group by subject_key
)

select
    printf('Notice_%06d.pdf', number) as file,
    'notice.typ' as template,
    getvariable('county') as county,
    cii_number,
    name,
    dismissals,
    reductions,
    to_json(paper) as data
from (select
    people.*,
    {{ common }}
from people cross join run_settings) as paper
