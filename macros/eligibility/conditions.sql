{#- Conditions over all of a person's convictions. The known dates decide them if they can: one conviction
    inside the window settles that there is one. If none is inside it, and the date of one is unknown, the
    condition is undecided. -#}

{#- The most recent conviction of any kind, in any county, is before a date. -#}
{% macro last_conviction_before(date) -%}
case
    when last_known_conviction_date >= {{ date }} then false
    when undated_convictions = 0 and not has_incomplete_history then true
end
{%- endmacro %}


{#- No conviction of any kind, in any county, is after a date. -#}
{% macro no_conviction_after(date) -%}
case
    when last_known_conviction_date > {{ date }} then false
    when undated_convictions = 0 and not has_incomplete_history then true
end
{%- endmacro %}


{#- At least n Prop 64 convictions of the same section are dated before this one. -#}
{% macro priors_of_same_section(n) -%}
case
    when earlier_convictions_same_section >= {{ n }} then true
    when has_incomplete_history then null
    when
        earlier_convictions_same_section + undated_order_convictions_same_section + unread_convictions_before < {{ n }}
        then false
end
{%- endmacro %}


{#- The person was convicted of exactly this charge in at least n events. -#}
{% macro conviction_events_of_same_charge(n) -%}
case
    when conviction_events_same_charge >= {{ n }} then true
    when not has_incomplete_history and conviction_events_same_charge + unread_conviction_events < {{ n }} then false
end
{%- endmacro %}


{#- The person has more than one conviction, of any kind, in any county. -#}
{% macro more_than_one_conviction() -%}
case
    when convictions_on_record > 1 then true
    when not has_incomplete_history then false
end
{%- endmacro %}


{#- The subdivision is one of these, or a part of one of them: (A) includes (A)(1). -#}
{% macro subdivision_in(subdivisions) -%}
    (
    {%- for subdivision in subdivisions -%}
        coalesce(starts_with(subdivision, '{{ subdivision }}'), false){{ ' or ' if not loop.last }}
    {%- endfor -%}
    )
{%- endmacro %}


{#- The rules of San Joaquin and Contra Costa. Both counties decided by the same list. -#}
{% macro related_charge_rules() %}
    {%- do return({
        'convicted_after_prop64': "conviction_date >= " ~ prop64_effective_date(),
        'related_without_prop64_charge': "is_related_charge and not has_prop64_charge_in_cycle",
        'related_bp_4060': "is_related_charge and section = '4060'",
        'other_related': "is_related_charge",
        'not_a_felony': "not is_felony",
        'section_11357': "is_prop64 and prop64_section = '11357'",
        'clear_for_five_years':
            more_than_one_conviction() ~ " and " ~ last_conviction_before(years_ago('years_clear', 'pilot_san_joaquin')),
        'more_than_one_conviction': more_than_one_conviction(),
        'sentence_completed':
            "not " ~ more_than_one_conviction() ~ " and sentence_end_date < " ~ as_of_date(),
        'only_conviction': "not " ~ more_than_one_conviction()
    }) -%}
{% endmacro %}
