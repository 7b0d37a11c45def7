with choices as (
    {% for section in prop64_sections() %}
        {% for choice in ['dismiss', 'reduce'] %}
            select
                county,
                '{{ section }}' as prop64_section,
                '{{ choice }}' as choice,
                'section_{{ choice }}{{ "ed" if choice == "dismiss" else "d" }}' as rule_id
            from {{ ref('int_county_criteria') }}
            where {{ choice }}_{{ section }}
            {% if not loop.last %}union all{% endif %}
        {% endfor %}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    choices.county,
    choices.choice,
    choices.prop64_section,
    cast(coalesce(sum(decisions.convictions), 0) as bigint) as convictions
from choices
left join {{ ref('county_decisions') }} as decisions
    on
        choices.county = decisions.county
        and choices.rule_id = decisions.rule_id
        and choices.prop64_section = decisions.prop64_section
        and decisions.policy = 'county_criteria'
        and decisions.determination in (
            select determination from {{ ref('determinations') }}
            where is_relief
        )
group by all
