{{ records_of_sources('people') }}
