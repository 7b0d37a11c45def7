{%- set dates = ['pri_dob', 'cyc_date', 'stp_event_date', 'disp_date'] -%}
{%- set coded = [
    'stp_type_descr', 'stp_ori_cnty_name', 'offense_toc', 'conv_stat_descr', 'sent_time_code'
] -%}
{#- Field, what is looked for on each line, and the condition. -#}
{%- set line_checks = [] -%}
{%- for field in carried_columns() | map('lower') -%}
    {%- do line_checks.append((field, 'blank', field ~ "_is_blank")) -%}
{%- endfor -%}
{%- for field in dates -%}
    {%- do line_checks.append((field, 'date written as unknown', field ~ "_kind = 'written as unknown'")) -%}
    {%- do line_checks.append((field, 'no date of the calendar', field ~ "_kind = 'not of the calendar'")) -%}
    {%- do line_checks.append((
        field, 'date before 1900 or after the as-of date', field ~ "_kind = 'out of range'"
    )) -%}
{%- endfor -%}

-- The tables of all lines are named where they are read: a CTE that is used more than once is copied whole.
with files as (
    select
        file_id,
        file_name,
        first_line_id,
        coalesce(lead(first_line_id) over (order by file_id), 9223372036854775807) as next_file_line_id
    from {{ ref('raw_extract_files') }}
),

known_lines as (
    select
        {% for field in carried_columns() | map('lower') %}
            {{ is_blank(field) }} as {{ field }}_is_blank,
        {% endfor %}
        {% for field in dates %}
            {{ known_text(field) }} as {{ field }},
        {% endfor %}
        line_id
    from {{ ref('raw_doj__extract') }}
),

kinds_of_dates as (
    select
        {% for field in dates %}
            case
                when {{ field }} is null or {{ known_date(field) }} is not null then null
                when regexp_full_match({{ field }}, '[0-9]{4}0000') then 'written as unknown'
                when {{ parse_date(field) }} is null then 'not of the calendar'
                else 'out of range'
            end as {{ field }}_kind,
        {% endfor %}
        *
    from known_lines
),

checked_lines as (
    select
        files.file_name,
        count(*) as of_number,
        [
            {% for field, finding, condition in line_checks %}
                count(case when {{ condition }} then 1 end){{ ',' if not loop.last }}
            {% endfor %}
        ] as numbers
    from kinds_of_dates as records
    inner join files
        on records.line_id >= files.first_line_id and records.line_id < files.next_file_line_id
    group by files.file_name
),

line_findings as (
    select
        file_name,
        unnest({{ line_checks | map(attribute=0) | list }}) as field,
        unnest({{ line_checks | map(attribute=1) | list }}) as finding,
        unnest(numbers) as number,
        of_number
    from checked_lines
),

-- Each way in which a value is written is looked up once, not on each line.
written_values as (
    {% for field in coded %}
        select
            '{{ field }}' as field,
            {{ field }} as written,
            count(*) as lines
        from {{ ref('raw_doj__extract') }}
        group by {{ field }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

known_values as (
    select
        lower(field) as field,
        value as code
    from {{ ref('known_values') }}
    union all
    select
        'stp_ori_cnty_name' as field,
        county as code
    from {{ ref('counties') }}
),

unlisted_values as (
    select
        field,
        written,
        upper({{ known_text('written') }}) as code,
        lines
    from written_values
    where (field, code) not in (select (field, code) from known_values) and code is not null
),

people_with_values as (
    {% for field in coded %}
        select
            unlisted_values.field,
            unlisted_values.code,
            records.subject_id
        from {{ ref('raw_doj__extract') }} as records
        inner join unlisted_values on records.{{ field }} = unlisted_values.written
        where unlisted_values.field = '{{ field }}'
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

people_by_code as (
    select
        field,
        code,
        count(distinct subject_id) as people
    from people_with_values
    group by field, code
),

-- A value that hardly anyone has may be a person's own that slipped into the field: it is counted, not shown.
unlisted as (
    select
        lines_by_code.field,
        case
            when people_by_code.people >= {{ parameter('smallest_shown') }} then lines_by_code.code
        end as shown,
        sum(lines_by_code.lines) as number
    from (
        select
            field,
            code,
            sum(lines) as lines
        from unlisted_values
        group by field, code
    ) as lines_by_code
    inner join people_by_code
        on lines_by_code.field = people_by_code.field and lines_by_code.code = people_by_code.code
    group by all
),

unread_texts as (
    select
        lines.line_id,
        offenses.charge_text,
        coalesce('read with doubt: ' || offenses.doubt, 'offense text that names no statute') as finding
    from {{ ref('stg_ca_doj__lines') }} as lines
    inner join {{ ref('dim_offenses') }} as offenses on lines.charge_text = offenses.charge_text
    where offenses.reading <> 'certain' and offenses.charge_text <> '' and lines.set_aside_cause is null
),

-- A comment is free text about a person: counted, not shown.
unread as (
    select
        case when records.offense_descr = texts.charge_text then texts.charge_text end as shown,
        texts.finding,
        count(*) as number
    from unread_texts as texts
    inner join {{ ref('raw_doj__extract') }} as records on texts.line_id = records.line_id
    group by all
),

extract as (
    select count(*) as of_number from {{ ref('raw_doj__extract') }}
)

select
    'lines' as part,
    file_name,
    field,
    finding,
    null as shown,
    number,
    of_number
from line_findings
union all
select
    'values' as part,
    null as file_name,
    unlisted.field,
    'value not in the known list' as finding,
    unlisted.shown,
    unlisted.number,
    extract.of_number
from unlisted
cross join extract
union all
select
    'texts' as part,
    null as file_name,
    case when unread.shown is null then 'comment_text' else 'offense_descr' end as field,
    unread.finding,
    unread.shown,
    unread.number,
    extract.of_number
from unread
cross join extract
