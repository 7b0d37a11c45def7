-- A number that the var parameters gives is of a policy: a misspelt name would change nothing.
{%- set names = [] -%}
{%- for name in var('parameters') -%}
    {%- do names.append(sql_text(name)) -%}
{%- endfor %}

select name
from (select unnest(cast([{{ names | join(', ') }}] as varchar[])) as name) as given
where
    name not in (
        select policy || '.' || name from {{ ref('parameters') }}
        where policy is not null
    )
