{{ config(materialized='view') }}

{%- set missing = [
    ('level', 'level is null', "'level of offense'"),
    ('date_of_birth', 'date_of_birth is null', "'date of birth'"),
    ('conviction_date', 'conviction_date is null', "'date of conviction'"),
    ('other_conviction_date', 'has_another_undated_conviction', "'date of another conviction'")
] %}

{% for fact, condition, label in missing %}
select
    conviction_id,
    '{{ fact }}' as fact,
    {{ loop.index }} as fact_order,
    {{ label }} as label
from {{ ref('fct_conviction_facts') }}
where {{ condition }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
