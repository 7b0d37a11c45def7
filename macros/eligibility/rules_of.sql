{#- The rules of a policy in order: the columns that its yml describes between conviction_id and outcomes. The
    database cannot be asked for them before the policy is built; decision_list holds the policy's SQL against them. -#}
{% macro rules_of(policy) %}
    {%- if not execute -%}
        {#- While dbt parses it has no graph, and the linter never has one. -#}
        {%- do return(['no_rule']) -%}
    {%- endif -%}
    {%- set columns = graph.nodes['model.' ~ project_name ~ '.' ~ policy].columns -%}
    {%- do return(columns | reject('in', ['conviction_id', 'outcomes']) | list) -%}
{% endmacro %}
