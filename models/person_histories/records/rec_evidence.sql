{{ records_of_sources('evidence') }}
