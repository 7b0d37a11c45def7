{{ config(materialized='view') }}

{{ decision_list(
    facts=ref('fct_conviction_facts'),
    scope="is_prop64 and county = 'SACRAMENTO'",
    rules={
        'convicted_after_prop64':
            "conviction_date >= " ~ prop64_effective_date(),
        'not_a_felony':
            "not is_felony",
        'section_11357_b':
            "prop64_section = '11357' and " ~ subdivision_in(['(B)']) ~ " and not is_attempt",
        'clear_for_ten_years':
            more_than_one_conviction() ~ " and "
            ~ last_conviction_before(years_ago('years_clear', 'pilot_sacramento')),
        'more_than_one_conviction':
            more_than_one_conviction(),
        'sentence_completed':
            "not " ~ more_than_one_conviction() ~ " and sentence_end_date < " ~ as_of_date(),
        'only_conviction':
            "not " ~ more_than_one_conviction()
    }
) }}
