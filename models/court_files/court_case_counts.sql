{{ config(materialized='view') }}

-- A count whose event has several case numbers stands in each of these cases: the extract does not say which
-- of them it belongs to.
with counts as (
    select
        updates.*,
        coalesce(numbers.case_number, '') as one_case_number
    from {{ ref('court_updates') }} as updates
    left join {{ ref('fct_case_numbers') }} as numbers
        on updates.subject_key = numbers.subject_key and updates.cycle_event = numbers.cycle_event
),

cases as (
    select
        *,
        -- Without a case number, what belongs together is one person's event.
        coalesce(court, '') || ': ' || case
            when one_case_number = '' then 'no case number ' || subject_id || ' ' || cycle_event
            else 'case number ' || one_case_number
        end as court_and_case,
        {{ regexp_substitute(
            "coalesce(nullif(left(one_case_number, 60), ''), 'no case number')", '[^A-Za-z0-9-]+', '_'
        ) }} as name_in_files
    from counts
),

numbered as (
    select
        *,
        -- Whether a file name, read without regard to case, stands for this case alone.
        min(court_and_case) over (partition by county, lower(name_in_files))
        <> max(court_and_case) over (partition by county, lower(name_in_files)) as is_name_shared
    from cases
)

select distinct
    county,
    court,
    nullif(one_case_number, '') as case_number,
    case
        when one_case_number = '' or is_name_shared
            then name_in_files || '_' || left(md5(court_and_case), 10)
        else name_in_files
    end as case_id,
    conviction_id,
    subject_key,
    case_number as case_numbers_of_event,
    cii_number,
    name,
    date_of_birth,
    count,
    statute,
    offense,
    disposition_date,
    current_level,
    relief,
    resulting_level,
    ground
from numbered
