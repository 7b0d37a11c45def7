{#- The as-of date of the run: every age and every "years ago" is counted to it. No date of an extract is
    earlier than 1900. -#}
{% macro as_of_date() -%}
    {%- set day = var('as_of_date') | string -%}
    {%- set digits = day | replace('-', '') -%}
    {%- if day | length != 10 or digits | length != 8 or not digits.isdigit() or day < '1900' -%}
        {%- do exceptions.raise_compiler_error(
            'CMR: as_of_date must be a date such as 2020-07-01, of 1900 or later'
        ) -%}
    {%- endif -%}
    cast({{ sql_text(day) }} as date)
{%- endmacro %}


{#- The earliest plausible date of an extract. -#}
{% macro earliest_date() -%}
    cast('1900-01-01' as date)
{%- endmacro %}


{#- A date of the extract: a day of the calendar from 1900 to the as-of date, or unknown (null). An
    earlier or a later date is wrong, and the extract does not give the right one. -#}
{% macro known_date(text) -%}
    {{ parse_date(text, earliest_date(), as_of_date()) }}
{%- endmacro %}


{#- A date of birth of the extract: a known date, and not more than 120 years before the as-of date. -#}
{% macro known_birth(text) -%}
    {{ parse_date(text, "greatest(" ~ earliest_date() ~ ", " ~ years_before_as_of(120) ~ ")", as_of_date()) }}
{%- endmacro %}


{#- The as-of date minus n years. -#}
{% macro years_before_as_of(years) -%}
    {{ add_years(as_of_date(), '-(' ~ years ~ ')') }}
{%- endmacro %}


{#- The day on which Prop 64 took effect. -#}
{% macro prop64_effective_date() -%}
    {{ parameter('prop64_effective_date', expression='cast(value as date)') }}
{%- endmacro %}
