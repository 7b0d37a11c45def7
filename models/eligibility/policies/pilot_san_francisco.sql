{{ config(materialized='view') }}

-- Convictions bargained down from a Prop 64 charge are in its scope only to be flagged.
{{ decision_list(
    facts=ref('fct_conviction_facts'),
    scope="county = 'SAN FRANCISCO' and (is_prop64 or is_plea_charge and has_prop64_charge_in_cycle is not false)",
    rules={
        'not_a_felony':
            "not is_felony and is_prop64",
        'plea_with_prop64_charge_in_event':
            "is_plea_charge and has_prop64_charge_in_event",
        'plea_with_prop64_charge_in_cycle':
            "is_plea_charge and has_prop64_charge_in_cycle",
        'pc290_registration':
            "has_pc290_registration",
        'superstrike':
            "has_superstrike",
        'three_conviction_events':
            "is_prop64 and prop64_section in ('11358', '11359', '11360') and subdivision is null "
            "and not is_attempt and " ~ conviction_events_of_same_charge(3),
        'subdivision_left_out':
            "is_prop64 and case prop64_section when '11359' then " ~ subdivision_in(['(C)(3)', '(D)'])
            ~ " when '11360' then " ~ subdivision_in(['(A)(3)(C)', '(A)(3)(D)']) ~ " else false end",
        'dismissed_under_pc_1203_4':
            "is_event_dismissed_under_1203_4",
        'sentence_completed':
            "sentence_end_date < " ~ as_of_date(),
        'sentence_running':
            "sentence_end_date >= " ~ as_of_date(),
        'no_criteria_apply':
            "true"
    }
) }}
