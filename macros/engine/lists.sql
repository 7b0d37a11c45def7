{#- One row for each part of a text between separators, in a select list. -#}
{% macro each_part(text, separator) -%}
    {{ return(adapter.dispatch('each_part', 'clear_my_record')(text, separator)) }}
{%- endmacro %}

{% macro default__each_part(text, separator) -%}
    {% do exceptions.raise_compiler_error('CMR: each_part is not written for ' ~ target.type) %}
{%- endmacro %}

{% macro duckdb__each_part(text, separator) -%}
    unnest(string_split({{ text }}, '{{ separator }}'))
{%- endmacro %}
