-- Comments are searched for the sections of the Prop 64 list: a section that only one of them has fails.
with

listed as (
    select section
    from {{ ref('statutes') }}
    where list = 'prop64' and membership = 'yes'
),

searched as (
    {% for section in prop64_sections() -%}
        select '{{ section }}' as section
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    listed.section as listed,
    searched.section as searched
from listed
full outer join searched on listed.section = searched.section
where listed.section is null or searched.section is null
