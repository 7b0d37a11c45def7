{#- Flags for a person's record after a policy's decisions, from int_relief_by_subject (relief) and
    fct_subject_records (records). A flag is true only if the missing facts cannot change it: a conviction
    of unknown level may be a felony, one of unknown date may be recent, a line that was set aside may be
    another conviction. -#}
{% macro relief_flags() -%}
relief.dismissed + relief.reduced > 0 as has_some_relief,
    records.set_aside_convicted_lines = 0
    and records.felony_convictions > 0
    and relief.relieved_felonies = records.felony_convictions + records.unknown_level_convictions
        as has_no_felony_left,
    records.set_aside_convicted_lines = 0
    and relief.dismissed = records.convictions_on_record as has_no_conviction_left,
    records.set_aside_convicted_lines = 0
    and records.convictions_last_7_years > 0
    and relief.dismissed_last_7_years = records.convictions_last_7_years + records.undated_convictions
        as has_no_conviction_left_last_7_years
{%- endmacro %}
