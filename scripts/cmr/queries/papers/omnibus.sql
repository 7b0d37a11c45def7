-- The list goes to volumes: a county may have 100,000 counts, and neither memory nor a court's filing system
-- takes them in one PDF.
with counts as (
    select
        *,
        row_number() over (order by case_number, subject_key, count, conviction_id) as number,
        (number - 1) // getvariable('volume') + 1 as volume
    from court_updates
    where county = getvariable('county')
),

totals as (
    select
        'Omnibus_Motion_and_Order.pdf' as file,
        'omnibus.typ' as template,
        max(volume) as volumes,
        count(distinct subject_key) as people,
        {{ totals }}
    from counts
    having count(*) > 0
),

volumes as (
    select
        printf('Attachment_A_Volume_%04d.pdf', volume) as file,
        'attachment.typ' as template,
        volume,
        min(number) as first_number,
        count(distinct subject_key) as people,
        {{ totals }},
        list(
            struct_pack(
                case_number := case_number, name := name,
                date_of_birth := strftime(date_of_birth, '%m/%d/%Y'), statute := statute,
                disposition_date := strftime(disposition_date, '%m/%d/%Y'),
                current_level := current_level, relief := relief, ground := ground
            )
            order by number
        ) as counts
    from counts
    group by volume
)

select
    file,
    template,
    getvariable('county') as county,
    people,
    dismissals,
    reductions,
    to_json(paper) as data
from (select
    totals.*,
    {{ common }}
from totals cross join run_settings) as paper
union all
select
    file,
    template,
    getvariable('county') as county,
    people,
    dismissals,
    reductions,
    to_json(paper) as data
from (
    select
        volumes.*,
        volumes,
        {{ common }}
    from volumes cross join (select volumes from totals) as whole cross join run_settings
) as paper
