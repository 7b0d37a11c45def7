{%- set all_policies = policies_of_build() -%}

-- The rules of each policy in the order of its SQL, with what the seed says of each. A policy that is built
-- on another one's list has rows of its own in the seed only for the rules that differ.
with policy_rules as (
    {% for policy in all_policies %}
        -- depends_on: {{ ref(policy) }}
        {% set is_last_policy = loop.last %}
        {% for rule in rules_of(policy) %}
            select
                '{{ policy }}' as policy,
                {{ loop.index }} as rule_order,
                '{{ rule }}' as rule_id
            {% if not (loop.last and is_last_policy) %}union all{% endif %}
        {% endfor %}
    {% endfor %}
),

parameters as (
    select
        policy,
        '{' || name || '}' as placeholder,
        case unit when 'date' then {{ us_date('try_cast(value as date)') }} else value end as words
    from {{ parameter_values() }} as named
),

-- The words of the rules with the numbers that their conditions read; a text names one of them at most.
worded_rules as (
    select
        rules.* exclude (reason, description),
        coalesce(replace(rules.reason, in_reason.placeholder, in_reason.words), rules.reason) as reason,
        coalesce(
            replace(rules.description, in_description.placeholder, in_description.words), rules.description
        ) as description
    from {{ ref('rules') }} as rules
    left join parameters as in_reason
        on
            contains(rules.reason, in_reason.placeholder)
            and coalesce(in_reason.policy, rules.policy) = rules.policy
    left join parameters as in_description
        on
            contains(rules.description, in_description.placeholder)
            and coalesce(in_description.policy, rules.policy) = rules.policy
)

select
    policy_rules.policy,
    policy_rules.rule_order,
    policy_rules.rule_id,
    rules.determination,
    rules.reason,
    rules.facts_read,
    rules.description,
    rules.citation,
    rules.effective_from,
    rules.effective_to
from policy_rules
inner join {{ ref('policies') }} as policies on policy_rules.policy = policies.policy
left join worded_rules as rules
    on
        policy_rules.rule_id = rules.rule_id
        and rules.policy in (policies.policy, policies.rules_of)
qualify row_number() over (
    partition by policy_rules.policy, policy_rules.rule_id
    order by rules.policy = policies.policy desc
) = 1
