{% for policy in var('policies') %}
    select
        '{{ policy }}' as policy,
        conviction_id,
        outcomes
    from {{ ref(policy) }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
