{# The rows of one shape of the record contract, of all sources of the build. A source ends in a staging model
   for each shape, stg_<source>__<shape>, with the contract's columns in its order. #}
{% macro records_of_sources(shape) -%}
    {%- for source in var('sources') -%}
        {{ 'union all ' if not loop.first }}select * from {{ ref('stg_' ~ source ~ '__' ~ shape) }}
    {% endfor -%}
{%- endmacro %}
