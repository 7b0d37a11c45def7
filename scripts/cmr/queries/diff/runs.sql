-- What differs between the runs as a whole. Paths and times are no difference.
select
    a.as_of_date <> b.as_of_date as as_of_date,
    a.criteria_policy <> b.criteria_policy as policy
from a.run_settings as a
cross join b.run_settings as b
