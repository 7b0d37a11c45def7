{#- A date of the extract: eight digits that are a day of the calendar, or unknown (null). -#}
{% macro parse_date(text) -%}
    {{ return(adapter.dispatch('parse_date', 'clear_my_record')(text)) }}
{%- endmacro %}

{% macro default__parse_date(text) -%}
    {% do exceptions.raise_compiler_error('CMR: parse_date is not written for ' ~ target.type) %}
{%- endmacro %}

{% macro duckdb__parse_date(text) -%}
    case
        when length(trim({{ text }})) = 8 then cast(try_strptime(trim({{ text }}), '%Y%m%d') as date)
    end
{%- endmacro %}


{#- The same day n years later, or earlier where n is negative. 29 February becomes 1 March in a year
    without it (spec/prop64_rules.md): a birthday or a waiting period is complete on that day, not the day before. -#}
{% macro add_years(date, years) -%}
    {{ return(adapter.dispatch('add_years', 'clear_my_record')(date, years)) }}
{%- endmacro %}

{% macro default__add_years(date, years) -%}
    {% do exceptions.raise_compiler_error('CMR: add_years is not written for ' ~ target.type) %}
{%- endmacro %}

{% macro duckdb__add_years(date, years) -%}
    cast(
        {{ date }} + to_years({{ years }})
        + to_days(
            case when day({{ date }}) = 29 and day({{ date }} + to_years({{ years }})) = 28 then 1 else 0 end
        ) as date
    )
{%- endmacro %}


{#- The day after a number of months by the calendar (the last day of a shorter month) and then of days. -#}
{% macro add_months_and_days(date, months, days) -%}
    {{ return(adapter.dispatch('add_months_and_days', 'clear_my_record')(date, months, days)) }}
{%- endmacro %}

{% macro default__add_months_and_days(date, months, days) -%}
    {% do exceptions.raise_compiler_error('CMR: add_months_and_days is not written for ' ~ target.type) %}
{%- endmacro %}

{% macro duckdb__add_months_and_days(date, months, days) -%}
    cast({{ date }} + to_months(cast({{ months }} as integer)) + to_days(cast({{ days }} as integer)) as date)
{%- endmacro %}


{#- A date as counties write it: MM/DD/YYYY. -#}
{% macro us_date(date) -%}
    strftime({{ date }}, '%m/%d/%Y')
{%- endmacro %}


{#- Years between two dates as the county files count them: days / 365.25, one decimal. -#}
{% macro years_between(earlier, later) -%}
    printf('%.1f', date_diff('day', {{ earlier }}, {{ later }}) / 365.25)
{%- endmacro %}


{#- Whole years from a date to a later one: 29 February counts as in add_years. -#}
{% macro whole_years(earlier, later) -%}
    year({{ later }}) - year({{ earlier }}) - cast(
        {{ add_years(earlier, 'cast(year(' ~ later ~ ') - year(' ~ earlier ~ ') as integer)') }}
        > {{ later }} as integer
    )
{%- endmacro %}
