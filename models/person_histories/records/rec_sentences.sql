{{ records_of_sources('sentences') }}
