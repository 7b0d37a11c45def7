{{ records_of_sources('set_aside') }}
