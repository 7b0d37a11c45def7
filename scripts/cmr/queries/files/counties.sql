select county from county_overview
union
select county from court_needs_review
union
select county from court_results
union
select related.county
from court_related_charges as related
inner join fct_conviction_facts as facts on related.conviction_id = facts.conviction_id
where facts.is_in_known_county
order by county
