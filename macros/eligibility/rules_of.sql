{#- The rules of a policy in order: the columns that its yml describes between conviction_id and outcomes.
    The database has them only after the policy is built. decision_list compares the policy's SQL with
    them. -#}
{% macro rules_of(policy) %}
    {%- if not execute -%}
        {#- dbt has no graph while it parses, and the linter never has one. -#}
        {%- do return(['no_rule']) -%}
    {%- endif -%}
    {%- set columns = graph.nodes['model.' ~ project_name ~ '.' ~ policy].columns -%}
    {%- do return(columns | reject('in', ['conviction_id', 'outcomes']) | list) -%}
{% endmacro %}
