with subjects as (
    select
        relief.policy,
        relief.county,
        relief.convictions_decided,
        relief.dismissed,
        relief.reduced,
        relief.hand_reviewed,
        {{ relief_flags() }}
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
    count(*) filter (where has_some_relief) as subjects_with_some_relief,
    count(*) filter (where has_no_felony_left) as subjects_no_felony,
    count(*) filter (where has_no_conviction_left) as subjects_no_conviction,
    count(*) filter (where has_no_conviction_left_last_7_years) as subjects_no_conviction_last_7_years
from subjects
group by county, policy
