-- Who a policy answers for, worked out anew from the histories: the county of seeds/policies.csv, or all 58,
-- and the offenses that the law or the county's list names. A policy built on another one has the offenses of
-- that one. A plea is in scope where a charge of its cycle is for Prop 64, or may be: an unread one, or one
-- on a convicted line that was set aside. A new policy for other offenses than Prop 64's is named here, or
-- fails.
with scopes as (
    select
        policy,
        county,
        coalesce(rules_of, policy) in ('dismiss_all_prop64_and_related', 'pilot_san_joaquin')
            as has_related_charges,
        coalesce(rules_of, policy) = 'pilot_san_francisco' as has_pleas
    from {{ ref('policies') }}
),

counties as (
    select county from {{ ref('counties') }}
),

possible_prop64_cycles as (
    select distinct
        lines.subject_id,
        lines.cycle
    from {{ ref('stg_ca_doj__lines') }} as lines
    inner join {{ ref('dim_offenses') }} as offenses on lines.charge_text = offenses.charge_text
    where (offenses.is_prop64 or offenses.reading <> 'certain') and lines.set_aside_cause is null
),

incomplete_histories as (
    select subject_id
    from {{ ref('stg_ca_doj__set_aside') }}
    where set_aside_convicted_lines > 0
),

convictions as (
    select
        convictions.conviction_id,
        convictions.county,
        offenses.is_prop64,
        offenses.is_related_charge,
        offenses.reading = 'certain'
        and (
            offenses.code = 'PC' and offenses.section = '32'
            or offenses.code = 'HS' and offenses.section in ('11364', '11366')
        ) as is_plea,
        prop64_cycles.subject_id is not null
        or subjects.subject_id in (select incomplete_histories.subject_id from incomplete_histories)
            as may_have_a_prop64_charge_in_cycle
    from {{ ref('fct_convictions') }} as convictions
    inner join {{ ref('dim_subjects') }} as subjects on convictions.subject_key = subjects.subject_key
    inner join {{ ref('dim_offenses') }} as offenses on convictions.offense_id = offenses.offense_id
    left join possible_prop64_cycles as prop64_cycles
        on subjects.subject_id = prop64_cycles.subject_id and convictions.cycle = prop64_cycles.cycle
    where convictions.county in (select county from counties)
),

expected as (
    select
        scopes.policy,
        convictions.conviction_id
    from scopes
    inner join convictions on coalesce(scopes.county, convictions.county) = convictions.county
    where
        convictions.is_prop64
        or scopes.has_related_charges and convictions.is_related_charge
        or scopes.has_pleas and convictions.is_plea and convictions.may_have_a_prop64_charge_in_cycle
),

answered as (
    select
        policy,
        conviction_id,
        count(*) as answers
    from {{ ref('fct_decisions') }}
    group by policy, conviction_id
)

select
    coalesce(expected.policy, answered.policy) as policy,
    coalesce(expected.conviction_id, answered.conviction_id) as conviction_id,
    expected.policy is not null as is_in_scope,
    coalesce(answered.answers, 0) as answers
from expected
full outer join answered
    on expected.policy = answered.policy and expected.conviction_id = answered.conviction_id
where expected.policy is null or answered.answers is distinct from 1
