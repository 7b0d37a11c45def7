{#- A policy: rules in order over the convictions of its scope. Each rule is a condition that is true
    (met), false (not met) or null (undecided). It gives one row per conviction with one boolean per rule,
    and `outcomes`: the same answers as one letter per rule (Y, N, ?). int_outcome_rules reads the
    decision and the trace from these letters. seeds/rules.csv has the determination and reason of each
    rule under its name. -#}
{% macro decision_list(scope, rules, facts) -%}
    {%- do check_rules_are_described(rules) -%}
select
    conviction_id,
    {{ rules | join(',\n    ') }},
    {{ outcome_letters(rules) }}
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


{#- A policy that differs from another in some rules. `without` leaves rules out, `replacing` maps a rule
    to the new rules in its place, `moving` maps a rule to the rule before which it is placed. New
    conditions may use the other policy's rules by name. -#}
{% macro decision_list_like(policy, without=[], replacing={}, moving={}) -%}
    {%- set rules = {} -%}
    {%- for rule in rules_of(policy) if rule not in without and rule not in moving -%}
        {%- for moved, ahead_of in moving.items() if ahead_of == rule -%}
            {%- do rules.update({moved: moved}) -%}
        {%- endfor -%}
        {%- do rules.update(replacing[rule] if rule in replacing else {rule: rule}) -%}
    {%- endfor -%}
    {{ decision_list(scope='true', rules=rules, facts=ref(policy)) }}
{%- endmacro %}


{#- Stops the build if a policy's SQL and its yml differ in the rules or their order: otherwise a letter
    of `outcomes` would count as the answer of another rule. -#}
{% macro check_rules_are_described(rules) -%}
    {%- if execute and model.resource_type == 'model' and rules_of(model.name) != rules | list -%}
        {%- do exceptions.raise_compiler_error(
            'CMR: ' ~ model.name ~ '.yml must describe these rules in this order: ' ~ rules | join(', ')
        ) -%}
    {%- endif -%}
{%- endmacro %}


{#- Answers as letters, in the order of the rules: Y met, N not met, ? undecided. -#}
{% macro outcome_letters(rules) -%}
    {%- for rule in rules -%}
        {{ '|| ' if not loop.first -}}
        case when {{ rule }} then 'Y' when not {{ rule }} then 'N' else '?' end{{ '\n    ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
