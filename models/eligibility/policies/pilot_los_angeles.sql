{{ config(materialized='view') }}

{{ decision_list(
    facts=ref('fct_conviction_facts'),
    scope="is_prop64 and county = 'LOS ANGELES'",
    rules={
        'not_a_felony':
            "not is_felony",
        'convicted_after_prop64':
            "conviction_date >= " ~ prop64_effective_date(),
        'section_11357_a_or_b':
            "prop64_section = '11357' and " ~ subdivision_in(['(A)', '(B)']) ~ " and not is_attempt",
        'other_11357':
            "prop64_section = '11357'",
        'earlier_superstrike':
            "has_earlier_superstrike",
        'earlier_pc290_record':
            "has_earlier_pc290_record",
        'two_priors':
            priors_of_same_section(2),
        'age_reached':
            add_years('date_of_birth', parameter('age_from', 'pilot_los_angeles')) ~ " <= " ~ as_of_date(),
        'age_21_or_less':
            add_years('date_of_birth', parameter('youth_age', 'pilot_los_angeles') ~ ' + 1') ~ " > " ~ as_of_date(),
        'only_prop64_and_sentences_completed':
            "has_only_prop64_convictions and not is_serving_sentence",
        'clear_for_years':
            no_conviction_after(years_ago('years_clear', 'pilot_los_angeles')),
        'serving_sentence':
            "is_serving_sentence",
        'deceased':
            "is_deceased",
        'no_criteria_apply':
            "true"
    }
) }}
