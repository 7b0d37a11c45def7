with decided as (
    select
        decisions.county,
        decisions.policy,
        facts.prop64_section,
        facts.level,
        decisions.determination,
        decisions.rule_id,
        decisions.reason,
        decisions.subject_key
    from {{ ref('fct_decisions') }} as decisions
    inner join {{ ref('fct_conviction_facts') }} as facts on decisions.conviction_id = facts.conviction_id
),

-- People are counted by the number of a group: to tell them apart beside its long texts took gigabytes.
numbered as (
    select
        *,
        row_number() over () as group_number
    from (select distinct * exclude (subject_key) from decided) as groups
),

counted as (
    select
        numbered.group_number,
        count(*) as convictions,
        count(distinct decided.subject_key) as subjects
    from decided
    inner join numbered
        on
            decided.county is not distinct from numbered.county
            and decided.policy = numbered.policy
            and decided.prop64_section is not distinct from numbered.prop64_section
            and decided.level is not distinct from numbered.level
            and decided.determination = numbered.determination
            and decided.rule_id is not distinct from numbered.rule_id
            and decided.reason = numbered.reason
    group by numbered.group_number
)

select
    numbered.* exclude (group_number),
    counted.convictions,
    counted.subjects
from numbered
inner join counted on numbered.group_number = counted.group_number
