select
    {{ as_of_date() }} as as_of_date,
    {{ sql_text(var('criteria_policy')) }} as criteria_policy,
    {{ sql_text(var('run_county')) }} as run_county
