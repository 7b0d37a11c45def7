-- A person counts only where it holds whatever the missing facts turn out to be: a conviction of unknown
-- level may be a felony, one of unknown date may be recent.
with subjects as (
    select
        relief.policy,
        relief.county,
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
)

select
    county,
    policy,
    cast(sum(convictions_decided) as bigint) as convictions_decided,
    cast(sum(dismissed) as bigint) as dismissals,
    cast(sum(reduced) as bigint) as reductions,
    cast(sum(hand_reviewed) as bigint) as hand_reviews,
    count(*) as subjects,
    count(*) filter (has_some_relief) as subjects_with_some_relief,
    count(*) filter (has_no_felony_left) as subjects_no_felony,
    count(*) filter (has_no_conviction_left) as subjects_no_conviction,
    count(*) filter (has_no_conviction_left_last_7_years) as subjects_no_conviction_last_7_years
from subjects
group by county, policy
