{#- Conditions over all of a person's convictions, decided by the known dates where those suffice. -#}

{#- The most recent conviction of any kind, in any county, is before a date. One known conviction on or after it
    settles that it is not; none, and one of unknown date, leaves it undecided. -#}
{% macro last_conviction_before(date) -%}
case
    when last_known_conviction_date >= {{ date }} then false
    when undated_convictions = 0 then true
end
{%- endmacro %}
