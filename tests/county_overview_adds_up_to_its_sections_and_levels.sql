with sections as (
    select
        county,
        sum(convictions) as convictions,
        min(earliest_conviction_date) as earliest_conviction_date
    from {{ ref('county_prop64_convictions') }}
    group by county
)

select
    overview.county,
    overview.prop64_convictions,
    sections.convictions
from {{ ref('county_overview') }} as overview
left join sections on overview.county = sections.county
where
    overview.prop64_convictions is distinct from sections.convictions
    or overview.earliest_conviction_date is distinct from sections.earliest_conviction_date
