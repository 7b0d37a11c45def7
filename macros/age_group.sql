{#- The group of an age in whole years, by the ages at which the groups begin. -#}
{% macro age_group(age, begins=none) -%}
    {%- set begins = begins or [21, 30, 40, 50, 60] -%}
case
        when {{ age }} is null then 'Not recorded'
        when {{ age }} < {{ begins[0] }} then 'Under {{ begins[0] }}'
        {% for begin in begins[1:] %}
            when {{ age }} < {{ begin }} then '{{ [begins[loop.index0], begin - 1] | join(" to ") }}'
        {% endfor %}
        else '{{ begins[-1] }} and over'
    end
{%- endmacro %}
