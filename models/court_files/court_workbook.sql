{{ config(materialized='view', persist_docs={'relation': true, 'columns': true}) }}

select
    decisions.county,
    decisions.determination,
    decisions.reason,
    subjects.subject_name,
    subjects.cii_number,
    subjects.date_of_birth,
    results.case_number,
    facts.statute_as_written as statute,
    facts.level,
    facts.conviction_date,
    convictions.sentence_end_date,
    results.convictions_on_record,
    results.prop64_convictions,
    records.last_known_conviction_date as last_conviction_date,
    results.superstrike_statutes,
    results.pc290_statutes,
    results.pc290_registration,
    results.deceased,
    decisions.missing_facts,
    review.conflicting_facts,
    subjects.subject_id,
    convictions.cnt_order,
    numbers.file_name,
    numbers.line,
    review.conviction_id is not null as needs_review,
    decisions.conviction_id
from {{ ref('fct_decisions') }} as decisions
inner join {{ ref('court_results') }} as results on decisions.conviction_id = results.line_id
inner join {{ ref('fct_conviction_facts') }} as facts on decisions.conviction_id = facts.conviction_id
inner join {{ ref('fct_convictions') }} as convictions on decisions.conviction_id = convictions.conviction_id
inner join {{ ref('dim_subjects') }} as subjects on decisions.subject_key = subjects.subject_key
inner join {{ ref('fct_subject_records') }} as records on decisions.subject_key = records.subject_key
inner join {{ ref('rec_evidence') }} as numbers on decisions.conviction_id = numbers.entry_id
left join {{ ref('court_needs_review') }} as review on decisions.conviction_id = review.conviction_id
where decisions.policy = {{ sql_text(var('criteria_policy')) }}
union all
-- Convictions for an unread charge have no decision; they are on the list for review.
select
    review.county,
    review.determination,
    review.reason,
    subjects.subject_name,
    review.cii_number,
    subjects.date_of_birth,
    review.case_number,
    review.statute,
    review.level,
    review.conviction_date,
    convictions.sentence_end_date,
    records.convictions_on_record,
    records.prop64_convictions,
    records.last_known_conviction_date as last_conviction_date,
    coalesce(records.superstrike_statutes, '-') as superstrike_statutes,
    coalesce(records.pc290_statutes, '-') as pc290_statutes,
    case when records.has_pc290_registration then 'Yes' else '-' end as pc290_registration,
    case when subjects.is_deceased then 'Deceased' else '-' end as deceased,
    review.missing_facts,
    review.conflicting_facts,
    review.subject_id,
    review.cnt_order,
    review.file_name,
    review.line,
    true as needs_review,
    review.conviction_id
from {{ ref('court_needs_review') }} as review
inner join {{ ref('fct_convictions') }} as convictions on review.conviction_id = convictions.conviction_id
inner join {{ ref('dim_subjects') }} as subjects on convictions.subject_key = subjects.subject_key
inner join {{ ref('fct_subject_records') }} as records on convictions.subject_key = records.subject_key
where review.determination is null
