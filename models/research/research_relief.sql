select
    {{ research_id('relief.subject_key') }} as person_id,
    relief.county,
    relief.policy,
    relief.policy = settings.criteria_policy as is_policy_of_run,
    relief.convictions_decided,
    relief.dismissed,
    relief.reduced,
    relief.hand_reviewed,
    relief.dismissed + relief.reduced > 0 as has_some_relief,
    records.felony_convictions > 0
    and relief.relieved_felonies = records.felony_convictions + records.unknown_level_convictions
        as has_no_felony_left,
    relief.dismissed = records.convictions_on_record as has_no_conviction_left,
    records.convictions_last_7_years > 0
    and relief.dismissed_last_7_years = records.convictions_last_7_years + records.undated_convictions
        as has_no_conviction_left_last_7_years
from {{ ref('int_relief_by_subject') }} as relief
inner join {{ ref('fct_subject_records') }} as records on relief.subject_key = records.subject_key
cross join {{ ref('run_settings') }} as settings
