select
    subject_key,
    cycle_event,
    string_agg(case_number, '; ' order by line_id) as case_numbers
from {{ ref('fct_case_numbers') }}
group by subject_key, cycle_event
