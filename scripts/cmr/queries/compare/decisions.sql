-- Convictions by what each two of the policies say of them, each pair once, in the order they are named in.
select
    policy_a,
    policy_b,
    determination_a,
    determination_b,
    convictions
from county_policy_comparison
where
    county = $county
    and list_position($policies, policy_a) < list_position($policies, policy_b)
order by
    list_position($policies, policy_a),
    list_position($policies, policy_b),
    convictions desc,
    determination_a asc,
    determination_b asc
