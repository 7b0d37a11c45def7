{{ records_of_sources('entries') }}
