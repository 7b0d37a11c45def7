{{ records_of_sources('case_numbers') }}
