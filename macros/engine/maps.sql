{#- Numbers by name, in order, of a group of rows: what a program reads as one mapping. -#}
{% macro numbers_by_name(name, number) -%}
    {{ return(adapter.dispatch('numbers_by_name', 'clear_my_record')(name, number)) }}
{%- endmacro %}

{% macro default__numbers_by_name(name, number) -%}
    {% do exceptions.raise_compiler_error('CMR: numbers_by_name is not written for ' ~ target.type) %}
{%- endmacro %}

{% macro duckdb__numbers_by_name(name, number) -%}
    map_from_entries(list(row({{ name }}, {{ number }}) order by {{ name }}))
{%- endmacro %}
