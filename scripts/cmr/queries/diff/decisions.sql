-- The decisions that each run was made for: of its policy, in its county.
create temp table {{ run }}_decisions as
with

facts as (
    select
        conviction_id as id,
        {{ facts }}
    from {{ run }}.fct_conviction_facts
)

select
    subjects.subject_id,
    convictions.cnt_order,
    decisions.county,
    decisions.determination,
    decisions.reason,
    decisions.rule_id,
    decisions.outcomes,
    facts
from {{ run }}.fct_decisions as decisions
inner join {{ run }}.run_settings as settings
    on decisions.policy = settings.criteria_policy and settings.run_county in ('all', decisions.county)
inner join {{ run }}.fct_convictions as convictions on decisions.conviction_id = convictions.conviction_id
inner join {{ run }}.dim_subjects as subjects on decisions.subject_key = subjects.subject_key
inner join facts on decisions.conviction_id = facts.id
