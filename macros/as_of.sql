{#- The date that the run is made for: every age and every "years ago" is counted to it. -#}
{% macro as_of_date() -%}
    cast('{{ var("as_of_date") }}' as date)
{%- endmacro %}


{#- The as-of date minus n years. -#}
{% macro years_before_as_of(years) -%}
    {{ add_years(as_of_date(), '-(' ~ years ~ ')') }}
{%- endmacro %}


{#- The day on which Prop 64 took effect. -#}
{% macro prop64_effective_date() -%}
    cast('2016-11-09' as date)
{%- endmacro %}
