{% for policy in policies_of_build() %}
    select
        {{ sql_text(policy) }} as policy,
        conviction_id,
        outcomes
    from {{ ref(policy) }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
