-- A policy of the var has its row in seeds/policies.csv, a row its place in the var, in the same order.
with built (policy, policy_order) as (
    values
    {% for policy in policies_of_build() %}
        ('{{ policy }}', {{ loop.index }}){{ ',' if not loop.last }}
    {% endfor %}
)

select
    built.policy,
    policies.policy as policy_in_seed
from built
full outer join {{ ref('policies') }} as policies
    on built.policy = policies.policy and built.policy_order = policies.policy_order
where built.policy is null or policies.policy is null
