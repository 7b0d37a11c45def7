{#- The numbers by name, in order, of a group of rows. A program reads them as one mapping. -#}
{% macro numbers_by_name(name, number) -%}
    {{ return(adapter.dispatch('numbers_by_name', 'clear_my_record')(name, number)) }}
{%- endmacro %}

{% macro default__numbers_by_name(name, number) -%}
    {% do exceptions.raise_compiler_error('CMR: numbers_by_name is not written for ' ~ target.type) %}
{%- endmacro %}

{% macro duckdb__numbers_by_name(name, number) -%}
    map_from_entries(list(row({{ name }}, {{ number }}) order by {{ name }}))
{%- endmacro %}


{#- One number for the values of some columns. Rows with the same values have the same number. -#}
{% macro row_hash(columns) -%}
    {{ return(adapter.dispatch('row_hash', 'clear_my_record')(columns)) }}
{%- endmacro %}

{% macro default__row_hash(columns) -%}
    {% do exceptions.raise_compiler_error('CMR: row_hash is not written for ' ~ target.type) %}
{%- endmacro %}

{% macro duckdb__row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}
