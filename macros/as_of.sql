{#- The date that the run is made for: every age and every "years ago" is counted to it. -#}
{% macro as_of_date() -%}
    {%- set day = var('as_of_date') | string -%}
    {%- set digits = day | replace('-', '') -%}
    {%- if day | length != 10 or digits | length != 8 or not digits.isdigit() -%}
        {%- do exceptions.raise_compiler_error('CMR: as_of_date must be a date such as 2020-07-01') -%}
    {%- endif -%}
    cast({{ sql_text(day) }} as date)
{%- endmacro %}


{#- The as-of date minus n years. -#}
{% macro years_before_as_of(years) -%}
    {{ add_years(as_of_date(), '-(' ~ years ~ ')') }}
{%- endmacro %}


{#- The day on which Prop 64 took effect. -#}
{% macro prop64_effective_date() -%}
    cast('2016-11-09' as date)
{%- endmacro %}
