{{ config(materialized='view') }}

{{ decision_list(
    facts=ref('int_facts_with_county_criteria'),
    scope="is_prop64 and is_in_known_county",
    rules={
        'not_a_felony':
            "not is_felony",
        'section_dismissed':
            "case prop64_section when '11357' then dismiss_11357 when '11358' then dismiss_11358 "
            "when '11359' then dismiss_11359 when '11360' then dismiss_11360 end",
        'under_21_at_conviction':
            "subject_under_21_at_conviction and "
            ~ add_years('date_of_birth', parameter('youth_age', 'county_criteria')) ~ " > conviction_date",
        'age_reached':
            "subject_age_threshold > 0 and " ~ add_years('date_of_birth', 'subject_age_threshold')
            ~ " <= " ~ as_of_date(),
        'years_since_conviction':
            "years_since_conviction_threshold > 0 and conviction_date <= "
            ~ years_before_as_of('years_since_conviction_threshold'),
        'years_crime_free':
            "years_crime_free_threshold > 0 and "
            ~ last_conviction_before(years_before_as_of('years_crime_free_threshold')),
        'only_prop64_convictions':
            "subject_has_only_prop64_charges and has_only_prop64_convictions",
        'deceased':
            "subject_is_deceased and is_deceased",
        'section_reduced':
            "case prop64_section when '11357' then reduce_11357 when '11358' then reduce_11358 "
            "when '11359' then reduce_11359 when '11360' then reduce_11360 end",
        'no_criteria_apply':
            "true"
    }
) }}
