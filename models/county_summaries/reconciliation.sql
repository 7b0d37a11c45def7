{%- set policies = "('" ~ policies_of_build() | join("', '") ~ "')" -%}
{#- Step, what is counted, and how many of them enter and leave. -#}
{%- set steps = [
    ('files to records', 'lines',
        'select sum(lines) from ' ~ ref('raw_extract_files'),
        'select count(*) from ' ~ ref('raw_extract_records')),
    ('records to fields', 'lines',
        'select count(*) from ' ~ ref('raw_extract_records'),
        'select count(*) from ' ~ ref('raw_doj__extract')),
    ('fields to staging', 'lines',
        'select count(*) from ' ~ ref('raw_doj__extract'),
        'select count(*) from lines where set_aside_cause is null'),
    ('staging to people', 'lines',
        'select count(*) from lines where set_aside_cause is null',
        'select sum(lines) from ' ~ ref('dim_subjects')),
    ('staging to people', 'subjects',
        'select count(*) from staged_subjects',
        'select count(*) from ' ~ ref('dim_subjects')),
    ('staging to convictions', 'counts',
        'select count(*) from counts',
        'select count(*) from ' ~ ref('fct_convictions')),
    ('staging to convictions', 'lines',
        'select sum(convicted_lines) from counts',
        'select sum(lines) from ' ~ ref('fct_convictions')),
    ('people to records of convictions', 'subjects',
        'select count(*) from ' ~ ref('dim_subjects'),
        'select count(*) from ' ~ ref('fct_subject_records')),
    ('people to records of convictions', 'convictions',
        'select count(*) from ' ~ ref('fct_convictions'),
        'select sum(convictions_on_record) from ' ~ ref('fct_subject_records')),
    ('convictions to facts', 'convictions',
        'select count(*) from ' ~ ref('fct_convictions'),
        'select count(*) from facts'),
    ('convictions to facts', 'subjects',
        'select count(*) from ' ~ ref('dim_subjects'),
        'select count(distinct subject_key) from facts'),
    ('facts to overview', 'convictions',
        'select count(*) from facts where is_prop64',
        'select sum(prop64_convictions) from ' ~ ref('county_overview'))
] -%}
{%- set policy_steps = [
    ('facts to decisions', 'convictions', '(select count(*) from facts)', 'decisions.decisions'),
    ('decisions to counts by reason', 'decisions', 'decisions.decisions', 'by_reason.convictions'),
    ('decisions to impact', 'decisions', 'decisions.decisions', 'impact.convictions')
] -%}
{#- Step, what is counted, why some of them do not leave it, and the rows that are counted. -#}
{%- set causes = [
    ('files to records', 'lines', "'header'", 'raw_reconciliation', 'sum(header_lines)'),
    ('files to records', 'lines', "'blank line'", 'raw_reconciliation', 'sum(blank_lines)'),
    ('files to records', 'lines', "'continuation of a quoted line break'", 'raw_reconciliation',
        'sum(continuation_lines)'),
    ('files to records', 'lines', "'set aside: ' || cause", "set_aside where layer = 'raw'", 'count(*)'),
    ('fields to staging', 'lines', "'set aside: ' || cause", "set_aside where layer = 'staging'", 'count(*)'),
    ('staging to people', 'subjects', "'all lines of the person set aside'", 'staged_subjects where not has_line',
        'count(*)'),
    ('staging to convictions', 'counts', "'not convicted'", 'counts where not is_convicted', 'count(*)'),
    ('people to records of convictions', 'subjects', 'why', "subjects where why = 'no conviction'", 'count(*)'),
    ('convictions to facts', 'convictions', 'why', 'convictions where why is not null', 'count(*)'),
    ('convictions to facts', 'subjects', 'why', 'subjects where why is not null', 'count(*)'),
    ('facts to overview', 'convictions', "'outside the known counties'",
        'facts where is_prop64 and not is_in_known_county', 'count(*)')
] -%}

-- Each number is counted where it stands: what leaves a step is never worked out from what entered and the
-- causes, or else nothing could ever be found missing.
with lines as (
    select
        subject_id,
        cnt_order,
        is_convicted,
        set_aside_cause
    from {{ ref('stg_ca_doj__lines') }}
),

-- One row per person and CNT_ORDER: a part of a count.
counts as (
    select
        subject_id,
        cnt_order,
        bool_or(is_convicted) as is_convicted,
        count(*) filter (where is_convicted) as convicted_lines
    from lines
    where set_aside_cause is null
    group by subject_id, cnt_order
),

staged_subjects as (
    select bool_or(set_aside_cause is null) as has_line
    from lines
    where subject_id is not null
    group by subject_id
),

convictions as (
    select
        convictions.conviction_id,
        convictions.subject_key,
        case
            when offenses.reading <> 'certain' then 'unread or doubtful charge'
            when not (offenses.is_prop64 or offenses.is_related_charge or offenses.is_potentially_related)
                then 'other offense'
        end as why
    from {{ ref('fct_convictions') }} as convictions
    inner join {{ ref('dim_offenses') }} as offenses on convictions.offense_id = offenses.offense_id
),

subjects as (
    select
        subjects.subject_key,
        case
            when count(convictions.conviction_id) = 0 then 'no conviction'
            when count(*) filter (where convictions.why is null) = 0
                then 'convicted of other offenses only'
        end as why
    from {{ ref('dim_subjects') }} as subjects
    left join convictions on subjects.subject_key = convictions.subject_key
    group by subjects.subject_key
),

facts as (
    select
        conviction_id,
        subject_key,
        county,
        coalesce(is_in_known_county, false) as is_in_known_county,
        is_prop64,
        is_related_charge
    from {{ ref('fct_conviction_facts') }}
),

-- Why a policy may leave a conviction out. A Prop 64 conviction in the policy's county has no such cause.
left_out as (
    select
        policies.policy,
        case
            when not facts.is_in_known_county then 'outside the known counties'
            when policies.county <> facts.county then 'another county than the policy''s'
            when not facts.is_prop64 then 'other offense than the policy''s'
        end as cause,
        count(*) as number
    from facts
    cross join {{ ref('policies') }} as policies
    left join {{ ref('int_outcomes') }} as outcomes
        on facts.conviction_id = outcomes.conviction_id and policies.policy = outcomes.policy
    where outcomes.conviction_id is null and policies.policy in {{ policies }}
    group by all
),

raw_reconciliation as (
    select * from {{ ref('raw_reconciliation') }}
),

set_aside as (
    select * from {{ ref('set_aside_lines') }}
),

decisions as (
    select
        policies.policy,
        count(decisions.conviction_id) as decisions
    from {{ ref('policies') }} as policies
    left join {{ ref('fct_decisions') }} as decisions on policies.policy = decisions.policy
    where policies.policy in {{ policies }}
    group by policies.policy
),

by_reason as (
    select
        policy,
        sum(convictions) as convictions
    from {{ ref('county_decisions') }}
    group by policy
),

impact as (
    select
        policy,
        sum(convictions_decided) as convictions
    from {{ ref('county_impact') }}
    group by policy
),

steps as (
    {% for step, measure, entering, leaving in steps %}
        select
            {{ loop.index }} as step_order,
            '{{ step }}' as step,
            null as policy,
            '{{ measure }}' as measure,
            ({{ entering }}) as entering,
            ({{ leaving }}) as leaving
        union all
    {% endfor %}
    {% for step, measure, entering, leaving in policy_steps %}
        select
            {{ steps | length + loop.index }} as step_order,
            '{{ step }}' as step,
            decisions.policy,
            '{{ measure }}' as measure,
            {{ entering }} as entering,
            {{ leaving }} as leaving
        from decisions
        left join by_reason on decisions.policy = by_reason.policy
        left join impact on decisions.policy = impact.policy
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

causes as (
    {% for step, measure, cause, counted, number in causes %}
        select
            '{{ step }}' as step,
            null as policy,
            '{{ measure }}' as measure,
            {{ cause }} as cause,
            {{ number }} as number
        from {{ counted }}
        group by all
        union all
    {% endfor %}
    select
        'facts to decisions' as step,
        policy,
        'convictions' as measure,
        cause,
        number
    from left_out
    where cause is not null
),

explained as (
    select
        step,
        policy,
        measure,
        sum(number) as explained,
        {{ numbers_by_name('cause', 'cast(number as bigint)') }} as causes
    from causes
    where number <> 0
    group by step, policy, measure
)

select
    steps.step_order,
    steps.step,
    steps.policy,
    steps.measure,
    cast(coalesce(steps.entering, 0) as bigint) as entering,
    cast(coalesce(steps.leaving, 0) as bigint) as leaving,
    explained.causes,
    cast(
        coalesce(steps.entering, 0) - coalesce(steps.leaving, 0) - coalesce(explained.explained, 0) as bigint
    ) as unexplained
from steps
left join explained
    on
        steps.step = explained.step
        and steps.measure = explained.measure
        and steps.policy is not distinct from explained.policy
order by steps.step_order, steps.policy
