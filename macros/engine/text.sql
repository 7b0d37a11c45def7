{#
    Text functions that every engine spells its own way. `default__` raises: a new engine must say how it does
    it, and never gets a guess. Patterns are in RE2 syntax and hold no single quote.
#}

{# The parts of a text that match the groups of a pattern, as a struct with one text field per group; '' where
   a group, or the whole pattern, does not match. Case is ignored, and a dot matches a line break too.
   text: SQL expression; names: the groups' names, in order. #}
{% macro regexp_groups(text, pattern, names) -%}
    {{ return(adapter.dispatch('regexp_groups', 'clear_my_record')(text, pattern, names)) }}
{%- endmacro %}

{% macro duckdb__regexp_groups(text, pattern, names) -%}
    regexp_extract({{ text }}, '{{ pattern }}', ['{{ names | join("', '") }}'], 'si')
{%- endmacro %}

{% macro default__regexp_groups(text, pattern, names) -%}
    {% do exceptions.raise_compiler_error('CMR: regexp_groups is not written for ' ~ target.type) %}
{%- endmacro %}


{# One group of the first match of a pattern in a text, null where it does not match. Case is ignored. #}
{% macro regexp_capture(text, pattern, group) -%}
    {{ return(adapter.dispatch('regexp_capture', 'clear_my_record')(text, pattern, group)) }}
{%- endmacro %}

{% macro duckdb__regexp_capture(text, pattern, group) -%}
    nullif(regexp_extract({{ text }}, '{{ pattern }}', {{ group }}, 'si'), '')
{%- endmacro %}

{% macro default__regexp_capture(text, pattern, group) -%}
    {% do exceptions.raise_compiler_error('CMR: regexp_capture is not written for ' ~ target.type) %}
{%- endmacro %}


{# Whether a pattern occurs anywhere in a text. Case is ignored. #}
{% macro regexp_test(text, pattern) -%}
    {{ return(adapter.dispatch('regexp_test', 'clear_my_record')(text, pattern)) }}
{%- endmacro %}

{% macro duckdb__regexp_test(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}', 'si')
{%- endmacro %}

{% macro default__regexp_test(text, pattern) -%}
    {% do exceptions.raise_compiler_error('CMR: regexp_test is not written for ' ~ target.type) %}
{%- endmacro %}


{# A text with every match of a pattern replaced; \1 in the replacement is the first group. Case matters. #}
{% macro regexp_substitute(text, pattern, replacement) -%}
    {{ return(adapter.dispatch('regexp_substitute', 'clear_my_record')(text, pattern, replacement)) }}
{%- endmacro %}

{% macro duckdb__regexp_substitute(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro default__regexp_substitute(text, pattern, replacement) -%}
    {% do exceptions.raise_compiler_error('CMR: regexp_substitute is not written for ' ~ target.type) %}
{%- endmacro %}
