{#- A date of the extract: eight digits that are a day of the calendar from `first` to `last`, or unknown
    (null). Texts of eight digits sort like their days, so only texts between the two days are parsed.
    text: SQL expression, trimmed; first, last: SQL expressions of dates, every day if not given. -#}
{% macro parse_date(text, first=none, last=none) -%}
    {{ return(adapter.dispatch('parse_date', 'clear_my_record')(text, first, last)) }}
{%- endmacro %}

{% macro default__parse_date(text, first, last) -%}
    {% do exceptions.raise_compiler_error('CMR: parse_date is not written for ' ~ target.type) %}
{%- endmacro %}

{% macro duckdb__parse_date(text, first, last) -%}
    {%- set within = '' -%}
    {%- if first -%}
        {%- set within -%}
            and {{ text }} between strftime({{ first }}, '%Y%m%d') and strftime({{ last }}, '%Y%m%d')
        {%- endset -%}
    {%- endif -%}
    cast(try_strptime(case when length({{ text }}) = 8 {{ within }} then {{ text }} end, '%Y%m%d') as date)
{%- endmacro %}


{#- The same day n years later, or earlier if n is negative. 29 February becomes 1 March in a year
    without it: a birthday or a waiting period is complete on that day, not the day before. -#}
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


{#- The day after a number of calendar months (the last day of a shorter month) and then of days. A later
    day than the last of the year 9999 becomes that day, since other programs know no later date. -#}
{% macro add_months_and_days(date, months, days) -%}
    {{ return(adapter.dispatch('add_months_and_days', 'clear_my_record')(date, months, days)) }}
{%- endmacro %}

{% macro default__add_months_and_days(date, months, days) -%}
    {% do exceptions.raise_compiler_error('CMR: add_months_and_days is not written for ' ~ target.type) %}
{%- endmacro %}

{% macro duckdb__add_months_and_days(date, months, days) -%}
    case
        when {{ date }} is not null
            then least(
                cast(
                    {{ date }}
                    + to_months(cast(least({{ months }}, 120000) as integer))
                    + to_days(cast(least({{ days }}, 3660000) as integer)) as date
                ),
                cast('9999-12-31' as date)
            )
    end
{%- endmacro %}


{#- A date in the counties' format: MM/DD/YYYY. -#}
{% macro us_date(date) -%}
    strftime({{ date }}, '%m/%d/%Y')
{%- endmacro %}


{#- Years between two dates, counted like the county files: days / 365.25, one decimal. -#}
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
