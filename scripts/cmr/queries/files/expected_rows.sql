-- What should leave the warehouse into each file of each county, and why the rest does not; for `all`, into
-- the files of this name together.
with counties as (
    select unnest($counties) as county
),

decisions as (
    select
        decisions.county,
        count(*) as decisions,
        count(*) filter (where not decisions.is_relief) as unrelieved,
        count(*) filter (where decisions.is_relief and relieved.is_certain) as relieved_already,
        count(*) filter (
            where not decisions.needs_review
            and not (
                subjects.cii_numbers_differ or subjects.names_differ or subjects.dates_of_birth_differ
                or subjects.sexes_differ
                or subjects.races_differ
                or subjects.contradicted_date_of_birth is not null
                or convictions.charges_differ or convictions.levels_differ or convictions.dates_differ
                or convictions.counties_differ or relieved.conviction_id is not null
                or decisions.conviction_id in (select conviction_id from fct_offense_conflicts)
            )
        ) as plain
    from fct_decisions as decisions
    inner join run_settings on decisions.policy = run_settings.criteria_policy
    left join fct_convictions as convictions on decisions.conviction_id = convictions.conviction_id
    left join dim_subjects as subjects on decisions.subject_key = subjects.subject_key
    left join fct_relieved_convictions as relieved on decisions.conviction_id = relieved.conviction_id
    group by decisions.county
),

unread as (
    select
        convictions.county,
        count(*) as convictions
    from fct_convictions as convictions
    inner join dim_offenses as offenses on convictions.offense_id = offenses.offense_id
    where
        offenses.reading <> 'certain'
        and convictions.county in (select county from counties)
    group by convictions.county
),

related as (
    select
        facts.county,
        count(distinct facts.conviction_id) as convictions,
        count(distinct facts.conviction_id) filter (where events.has_arrest) as arrested
    from fct_conviction_facts as facts
    inner join fct_convictions as convictions on facts.conviction_id = convictions.conviction_id
    left join fct_prop64_events as events
        on convictions.subject_key = events.subject_key and convictions.cycle = events.cycle
    where facts.is_potentially_related and facts.is_in_known_county
    group by facts.county
),

decided as (
    select
        counties.county,
        coalesce(sum(decisions.decisions) filter (where counties.county in (decisions.county, 'all')), 0)
            as decisions,
        coalesce(
            sum(decisions.decisions) filter (where counties.county not in (decisions.county, 'all')), 0
        ) as elsewhere,
        coalesce(sum(decisions.unrelieved) filter (where counties.county in (decisions.county, 'all')), 0)
            as unrelieved,
        coalesce(
            sum(decisions.relieved_already) filter (where counties.county in (decisions.county, 'all')), 0
        )
            as relieved_already,
        coalesce(sum(decisions.plain) filter (where counties.county in (decisions.county, 'all')), 0) as plain
    from counties
    left join decisions on true
    group by counties.county
),

unread_convictions as (
    select
        counties.county,
        coalesce(sum(unread.convictions), 0) as convictions
    from counties
    left join unread on counties.county in (unread.county, 'all')
    group by counties.county
),

flagged as (
    select
        counties.county,
        coalesce(sum(related.convictions), 0) as convictions,
        coalesce(sum(related.convictions - related.arrested), 0) as unarrested
    from counties
    left join related on counties.county in (related.county, 'all')
    group by counties.county
),

lines as (
    select
        (select count(*) from raw_doj__extract) as records,
        (select sum(lines) from raw_extract_files) as lines,
        (select sum(header_lines + blank_lines + continuation_lines) from raw_reconciliation)
        + (
            select count(*) from stg_ca_doj__lines
            where set_aside_cause is null
        ) as not_set_aside
)

select
    county,
    'All_Results.csv' as file,
    'lines' as measure,
    records as entering,
    null as cause,
    0 as number
from counties cross join lines
union all
select
    county,
    'All_Results_Condensed.csv' as file,
    'lines' as measure,
    records as entering,
    null as cause,
    0 as number
from counties cross join lines
union all
select
    county,
    'Prop64_Results.csv' as file,
    'decisions' as measure,
    decisions + elsewhere as entering,
    'another county' as cause,
    elsewhere as number
from decided
union all
select
    decided.county,
    'Needs_Review.csv' as file,
    'convictions' as measure,
    decided.decisions + unread_convictions.convictions as entering,
    'determined, and nothing in conflict' as cause,
    decided.plain as number
from decided
inner join unread_convictions on decided.county = unread_convictions.county
union all
select
    county,
    'Court_Updates.csv' as file,
    'decisions' as measure,
    decisions as entering,
    'not eligible, or for hand review' as cause,
    unrelieved as number
from decided
union all
select
    county,
    'Court_Updates.csv' as file,
    'decisions' as measure,
    decisions as entering,
    'relieved already' as cause,
    relieved_already as number
from decided
union all
select
    county,
    'Related_Charges.csv' as file,
    'convictions' as measure,
    convictions as entering,
    'no arrest for a Prop 64 offense in the cycle' as cause,
    unarrested as number
from flagged
union all
select
    county,
    'Set_Aside.csv' as file,
    'lines' as measure,
    lines as entering,
    'blank lines, headers and records' as cause,
    not_set_aside as number
from counties cross join lines
