{#- The rules of a policy in order: the names of its boolean columns. -#}
{% macro rules_of(relation) %}
    {%- set rules = [] -%}
    {%- if execute -%}
        {%- set columns = adapter.get_columns_in_relation(relation) -%}
        {%- for column in columns if column.data_type | upper == 'BOOLEAN' -%}
            {%- do rules.append(column.name) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do return(rules or ['no_rule']) -%}
{% endmacro %}
