{#- A rule's reason (dim_policy_rules) with what it names of the conviction and its county filled in. -#}
{% macro reason_text(reason) -%}
{%- set filled = {
    '{section}': 'facts.prop64_section',
    '{statute}': 'facts.statute_as_written',
    '{age}': 'cast(criteria.subject_age_threshold as varchar)',
    '{years_since}': 'cast(criteria.years_since_conviction_threshold as varchar)',
    '{years_crime_free}': 'cast(criteria.years_crime_free_threshold as varchar)'
} -%}
case
    {% for placeholder, value in filled.items() %}
    when {{ reason }} like '%{{ placeholder }}%' then replace({{ reason }}, '{{ placeholder }}', {{ value }})
    {% endfor %}
    else {{ reason }}
end
{%- endmacro %}
