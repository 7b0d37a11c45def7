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


{#- A text of parts between separators without the parts that are one word, in any case and blanks aside;
    every part without blanks round it; null if none is left. -#}
{% macro parts_but(text, separator, word) -%}
    {{ return(adapter.dispatch('parts_but', 'clear_my_record')(text, separator, word)) }}
{%- endmacro %}

{% macro default__parts_but(text, separator, word) -%}
    {% do exceptions.raise_compiler_error('CMR: parts_but is not written for ' ~ target.type) %}
{%- endmacro %}

{% macro duckdb__parts_but(text, separator, word) -%}
    nullif(
        array_to_string(
            list_filter(
                list_transform(string_split({{ text }}, '{{ separator }}'), lambda part: trim(part)),
                lambda part: upper(part) not in ('', '{{ word }}')
            ), '{{ separator }}'
        ), ''
    )
{%- endmacro %}
