{#- A policy: rules in order, each a condition that is true (met), false (not met) or null (undecided), over the
    convictions of its scope. Gives one row per conviction with one boolean per rule, and `outcomes`: the same
    answers as one letter per rule (Y, N, ?), from which the decision and the trace are read
    (int_outcome_decisions). What a rule says when it is met stands in seeds/rules.csv. -#}
{% macro decision_list(policy, scope, rules, facts) -%}
select
    conviction_id,
    {% for rule in rules %}
    {{ rule }},
    {% endfor %}
    {% for rule in rules %}
    case when {{ rule }} then 'Y' when not {{ rule }} then 'N' else '?' end{{ ' ||' if not loop.last }}
    {% endfor %}
    as outcomes
from (
    select
        conviction_id,
        {% for rule, condition in rules.items() %}
        {{ condition }} as {{ rule }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ facts }}
    where {{ scope }}
)
{%- endmacro %}


{#- The policies of a build: models of models/eligibility/policies. -#}
{% macro policies() %}
    {%- do return(var('policies')) -%}
{% endmacro %}
