with convictions as (
    select
        convictions.*,
        offenses.is_prop64,
        offenses.prop64_section,
        offenses.reading
    from {{ ref('fct_convictions') }} as convictions
    inner join {{ ref('dim_offenses') }} as offenses on convictions.offense_id = offenses.offense_id
),

records as (
    select
        subject_key,
        count(*) as convictions_on_record,
        count(*) filter (where is_prop64) as prop64_convictions,
        count(*) filter (where prop64_section = '11357') as hs_11357_convictions,
        count(*) filter (where prop64_section = '11358') as hs_11358_convictions,
        count(*) filter (where prop64_section = '11359') as hs_11359_convictions,
        count(*) filter (where prop64_section = '11360') as hs_11360_convictions,
        count(*) filter (where reading <> 'certain') as unread_convictions,
        count(*) filter (where level = 'FELONY') as felony_convictions,
        count(*) filter (where level is null) as unknown_level_convictions,
        count(*) filter (where conviction_date > {{ years_ago('recent_years') }}) as convictions_last_7_years,
        count(*) filter (where conviction_date is null) as undated_convictions,
        max(conviction_date) as last_known_conviction_date,
        max(sentence_end_date) as last_known_sentence_end_date,
        count(*) filter (where sentence_end_date is null) as unknown_sentence_ends
    from convictions
    group by subject_key
),

statutes_that_depend as (
    select distinct subject_key
    from {{ ref('fct_superstrikes') }}
    where membership = 'depends'
),

superstrikes as (
    select
        subject_key,
        string_agg(statute_as_written, ';' order by conviction_id, statute_as_written) as superstrike_statutes
    from {{ ref('fct_superstrikes') }}
    where membership = 'yes'
    group by subject_key
),

pc290 as (
    select
        subject_key,
        string_agg(statute_as_written, ';' order by line_id)
        filter (where kind = 'conviction' and membership = 'yes') as pc290_statutes,
        bool_or(kind = 'registration') as has_pc290_registration
    from {{ ref('fct_pc290_records') }}
    group by subject_key
)

select
    records.*,
    superstrikes.superstrike_statutes,
    case
        when superstrikes.superstrike_statutes is not null then true
        when
            statutes_that_depend.subject_key is null
            and coalesce(incomplete.set_aside_convicted_lines, 0) = 0
            then false
    end as has_superstrike,
    pc290.pc290_statutes,
    case
        when pc290.has_pc290_registration then true
        when coalesce(incomplete.set_aside_registration_lines, 0) = 0 then false
    end as has_pc290_registration,
    coalesce(incomplete.set_aside_convicted_lines, 0) as set_aside_convicted_lines,
    coalesce(incomplete.set_aside_registration_lines, 0) as set_aside_registration_lines
from records
inner join {{ ref('dim_subjects') }} as subjects on records.subject_key = subjects.subject_key
left join {{ ref('rec_set_aside') }} as incomplete on subjects.subject_id = incomplete.subject_id
left join superstrikes on records.subject_key = superstrikes.subject_key
left join statutes_that_depend on records.subject_key = statutes_that_depend.subject_key
left join pc290 on records.subject_key = pc290.subject_key
