{#- The rows of the seed parameters. For a what-if the var `parameters` may give another number for one of a
    policy. Those of no policy are the law's or the project's own, and stay. -#}
{% macro parameter_values() -%}
    (select policy, name, unit, {{ given_or_own_value() }} as value from {{ ref('parameters') }})
{%- endmacro %}


{#- The value of a row of the seed parameters: the run's, or the seed's. -#}
{% macro given_or_own_value() -%}
    {%- set given = var('parameters') -%}
    {%- set cases = [] -%}
    {%- if given is not mapping -%}
        {%- do exceptions.raise_compiler_error('CMR: the var parameters must map names to whole numbers') -%}
    {%- endif -%}
    {%- for name, number in (given.items() if given is mapping else []) -%}
        {%- if number is not integer -%}
            {%- do exceptions.raise_compiler_error('CMR: a parameter must be a whole number') -%}
        {%- endif -%}
        {%- do cases.append("when " ~ sql_text(name) ~ " then " ~ sql_text(number)) -%}
    {%- endfor -%}
    {{ "case policy || '.' || name " ~ cases | join(' ') ~ " else value end" if cases else 'value' }}
{%- endmacro %}


{#- One of them, of a policy or of none, as a subquery that is worked out once. A unit test has an empty text
    where the table has null. -#}
{% macro parameter(name, policy='', expression='cast(value as integer)') -%}
    (
        select {{ expression }} from {{ parameter_values() }} as parameters
        where name = '{{ name }}' and coalesce(policy, '') = '{{ policy }}'
    )
{%- endmacro %}


{#- The as-of date minus the years of a parameter. -#}
{% macro years_ago(name, policy='') -%}
    {{ parameter(name, policy, years_before_as_of('cast(value as integer)')) }}
{%- endmacro %}
