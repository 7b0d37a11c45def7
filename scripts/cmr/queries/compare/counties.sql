-- The counties in which one of the policies decides a conviction.
select distinct county
from fct_decisions
where list_contains($policies, policy) and $county in (county, 'all')
order by county
