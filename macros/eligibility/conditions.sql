{#- Conditions over all of a person's convictions, decided by the known dates where those suffice: one
    conviction inside the window settles that there is one; none inside it and one of unknown date leaves it
    undecided. -#}

{#- The most recent conviction of any kind, in any county, is before a date. -#}
{% macro last_conviction_before(date) -%}
case
    when last_known_conviction_date >= {{ date }} then false
    when undated_convictions = 0 then true
end
{%- endmacro %}


{#- No conviction of any kind, in any county, is after a date. -#}
{% macro no_conviction_after(date) -%}
case
    when last_known_conviction_date > {{ date }} then false
    when undated_convictions = 0 then true
end
{%- endmacro %}


{#- At least n Prop 64 convictions of the same section are dated before this one. -#}
{% macro priors_of_same_section(n) -%}
case
    when earlier_convictions_same_section >= {{ n }} then true
    when earlier_convictions_same_section + undated_order_convictions_same_section < {{ n }} then false
end
{%- endmacro %}


{#- The subdivision is one of these, or below one of them: (A) holds (A)(1). -#}
{% macro subdivision_in(subdivisions) -%}
    (
    {%- for subdivision in subdivisions -%}
        coalesce(starts_with(subdivision, '{{ subdivision }}'), false){{ ' or ' if not loop.last }}
    {%- endfor -%}
    )
{%- endmacro %}


{#- The rules of San Joaquin and Contra Costa, which decided by the same list. -#}
{% macro related_charge_rules() %}
    {%- do return({
        'convicted_after_prop64': "conviction_date >= " ~ prop64_effective_date(),
        'related_without_prop64_charge': "is_related_charge and not has_prop64_charge_in_cycle",
        'related_bp_4060': "is_related_charge and section = '4060'",
        'other_related': "is_related_charge",
        'not_a_felony': "not is_felony",
        'section_11357': "is_prop64 and prop64_section = '11357'",
        'clear_for_five_years':
            "convictions_on_record > 1 and " ~ last_conviction_before(years_before_as_of(5)),
        'more_than_one_conviction': "convictions_on_record > 1",
        'sentence_completed': "convictions_on_record = 1 and sentence_end_date < " ~ as_of_date(),
        'only_conviction': "convictions_on_record = 1"
    }) -%}
{% endmacro %}
