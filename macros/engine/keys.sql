{# A key made of a source's own ids, the same in every run and on every engine: the first 16 hex digits of the
   SHA-256 of the ids, with the unit separator (U+001F) between them. ids: list of SQL expressions, texts that
   are not null. #}
{% macro stable_key(ids) -%}
    {{ return(adapter.dispatch('stable_key', 'clear_my_record')(ids)) }}
{%- endmacro %}

{% macro duckdb__stable_key(ids) -%}
    left(sha256(concat_ws(chr(31), {{ ids | join(', ') }})), 16)
{%- endmacro %}

{% macro default__stable_key(ids) -%}
    {% do exceptions.raise_compiler_error('CMR: stable_key is not written for ' ~ target.type) %}
{%- endmacro %}
