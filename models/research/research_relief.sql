select
    {{ research_id('relief.subject_key') }} as person_id,
    relief.county,
    relief.policy,
    relief.policy = settings.criteria_policy as is_policy_of_run,
    relief.convictions_decided,
    relief.dismissed,
    relief.reduced,
    relief.hand_reviewed,
    {{ relief_flags() }}
from {{ ref('int_relief_by_subject') }} as relief
inner join {{ ref('fct_subject_records') }} as records on relief.subject_key = records.subject_key
cross join {{ ref('run_settings') }} as settings
