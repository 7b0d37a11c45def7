-- The decisions that the run was made for.
with decisions as (
    select decisions.*
    from {{ ref('fct_decisions') }} as decisions
    inner join {{ ref('run_settings') }} as settings
        on decisions.policy = settings.criteria_policy and settings.run_county in ('all', decisions.county)
),

decided_without_case_number as (
    select
        decisions.subject_key,
        count(*) as number
    from decisions
    inner join {{ ref('fct_convictions') }} as convictions
        on decisions.conviction_id = convictions.conviction_id
    left join {{ ref('fct_case_numbers') }} as case_numbers
        on
            convictions.subject_key = case_numbers.subject_key
            and convictions.cycle_event = case_numbers.cycle_event
    where case_numbers.case_number is null
    group by decisions.subject_key
),

found as (
    select * from {{ ref('int_history_findings') }}
    union all
    select
        'ofn' as field,
        'no case number' as finding,
        'convictions' as counted,
        'never' as could_change,
        [] as missing_facts,
        without.subject_key,
        coalesce(without.number, 0) as number
    from (select 1) as one_row
    left join decided_without_case_number as without on true
),

decided_subjects as (
    select
        subject_key,
        count(*) as decisions
    from decisions
    group by subject_key
),

totals as (
    select
        found.field,
        found.finding,
        found.counted,
        found.could_change,
        sum(found.number) as number,
        coalesce(sum(decided_subjects.decisions), 0) as decisions_touched
    from found
    left join decided_subjects on found.subject_key = decided_subjects.subject_key
    group by all
),

open_facts as (
    select distinct
        undecided.conviction_id,
        undecided.missing_fact
    from {{ ref('int_undecided_rules') }} as undecided
    inner join decisions
        on undecided.policy = decisions.policy and undecided.conviction_id = decisions.conviction_id
    where undecided.leaves_open
),

open_decisions as (
    select
        checks.field,
        checks.finding,
        count(distinct open_facts.conviction_id) as decisions
    from (
        select distinct
            field,
            finding,
            unnest(missing_facts) as missing_fact
        from found
    ) as checks
    inner join open_facts on checks.missing_fact = open_facts.missing_fact
    group by checks.field, checks.finding
),

sizes as (
    select
        'people' as counted,
        count(*) as of_number
    from {{ ref('dim_subjects') }}
    union all
    select
        'convictions' as counted,
        count(*) as of_number
    from {{ ref('fct_convictions') }}
    union all
    select
        'lines' as counted,
        count(*) as of_number
    from {{ ref('stg_ca_doj__lines') }}
),

findings as (
    select
        'history' as part,
        null as file_name,
        totals.field,
        totals.finding,
        null as shown,
        totals.counted,
        totals.number,
        sizes.of_number,
        totals.decisions_touched,
        case totals.could_change
            when 'always' then totals.decisions_touched
            when 'never' then 0
            else coalesce(open_decisions.decisions, 0)
        end as decisions_that_could_change
    from totals
    inner join sizes on totals.counted = sizes.counted
    left join open_decisions
        on totals.field = open_decisions.field and totals.finding = open_decisions.finding
    union all
    select
        part,
        file_name,
        field,
        finding,
        shown,
        'lines' as counted,
        number,
        of_number,
        null as decisions_touched,
        null as decisions_that_could_change
    from {{ ref('int_line_findings') }}
)

select
    part,
    file_name,
    upper(field) as field,
    finding,
    shown as value_as_written,
    counted,
    cast(number as bigint) as number,
    of_number,
    cast(decisions_touched as bigint) as decisions_touched,
    cast(decisions_that_could_change as bigint) as decisions_that_could_change
from findings
order by part asc, number desc, field asc, finding asc, file_name asc, value_as_written asc
