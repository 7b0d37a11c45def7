{%- set dates = ['pri_dob', 'cyc_date', 'stp_event_date', 'disp_date'] -%}
{%- set coded = [
    'stp_type_descr', 'stp_ori_cnty_name', 'offense_toc', 'conv_stat_descr', 'sent_time_code'
] -%}
{#- Field, what is looked for on each line, and the condition. -#}
{%- set line_checks = [] -%}
{%- for field in carried_columns() | map('lower') -%}
    {%- do line_checks.append((field, 'blank', "coalesce(trim(" ~ field ~ "), '') = ''")) -%}
{%- endfor -%}
{%- for field in dates -%}
    {%- set written = "regexp_full_match(trim(" ~ field ~ "), '[0-9]{4}0000')" -%}
    {%- do line_checks.append((field, 'date written as unknown', written)) -%}
    {%- do line_checks.append((
        field, 'no date of the calendar',
        "trim(" ~ field ~ ") <> '' and not " ~ written ~ " and " ~ parse_date(field) ~ " is null"
    )) -%}
{%- endfor -%}
{#- Field, what is found, of what, whether it could change a decision that it touches (always, never, or where
    the decision is left open for want of these facts), and the rows with the person of each. -#}
{%- set history_checks = [
    ('pri_dob', 'unknown date of birth', 'people', ['date of birth'],
        'select subject_key, 1 as number from subjects where date_of_birth is null'),
    ('stp_event_date', 'unknown date of conviction', 'convictions',
        ['date of conviction', 'date of another conviction'],
        'select subject_key, 1 as number from convictions where conviction_date is null'),
    ('conv_stat_descr', 'unknown level, in OFFENSE_TOC too', 'convictions', ['level of offense'],
        'select subject_key, 1 as number from convictions where level is null'),
    ('sent_length', 'unknown end of the sentence', 'convictions', ['end of a sentence'],
        'select subject_key, 1 as number from convictions where sentence_end_date is null'),
    ('stp_type_descr', 'registration without the date of its offense', 'lines',
        ['date of the offense behind the registration'],
        "select subject_key, 1 as number from " ~ ref('fct_pc290_records') ~ " where kind = 'registration'"),
    ('offense_descr', 'statute that bars relief under further facts only', 'convictions',
        ['a fact about a statute'],
        "select subject_key, 1 as number from convictions where depends_on is not null"),
    ('stp_ori_cnty_name', 'unknown county', 'convictions', 'always',
        'select subject_key, 1 as number from convictions where not is_in_known_county'),
    ('offense_descr', 'no offense text', 'convictions', 'always',
        'select subject_key, 1 as number from convictions where charge_text is null'),
    ('offense_descr', 'offense text that names no statute', 'convictions', 'always',
        'select subject_key, 1 as number from convictions where not is_parsed'),
    ('ofn', 'no case number', 'convictions', 'never',
        'select subject_key, 1 as number from decided_without_case_number'),
    ('cnt_order', 'line set aside', 'lines', 'always',
        "select subjects.subject_key, 1 as number from subjects inner join " ~ ref('stg_doj__extract_lines')
        ~ " as lines on subjects.subject_id = lines.subject_id where lines.set_aside_cause is not null"),
    ('cnt_order', 'lines of a person out of order', 'lines', 'never',
        'select subject_key, 1 as number from out_of_order'),
    ('all', 'line that repeats another', 'lines', 'always',
        'select subjects.subject_key, repeated.number from repeated inner join ' ~ ref('stg_doj__extract_lines')
        ~ ' as lines on repeated.line_id = lines.line_id inner join subjects on lines.subject_id = subjects.subject_id'),
    ('cii_number', 'values that differ within a person', 'people', 'never',
        'select subject_key, 1 as number from subjects where cii_numbers_differ'),
    ('pri_name', 'values that differ within a person', 'people', 'never',
        'select subject_key, 1 as number from subjects where names_differ'),
    ('pri_dob', 'values that differ within a person', 'people', 'always',
        'select subject_key, 1 as number from subjects where dates_of_birth_differ'),
    ('gender', 'values that differ within a person', 'people', 'never',
        'select subject_key, 1 as number from subjects where sexes_differ'),
    ('race_descr', 'values that differ within a person', 'people', 'never',
        'select subject_key, 1 as number from subjects where races_differ'),
    ('offense_descr', 'values that differ within a conviction', 'convictions', 'always',
        'select subject_key, 1 as number from convictions where charges_differ'),
    ('conv_stat_descr', 'values that differ within a conviction', 'convictions', 'always',
        'select subject_key, 1 as number from convictions where levels_differ'),
    ('stp_event_date', 'values that differ within a conviction', 'convictions', 'always',
        'select subject_key, 1 as number from convictions where dates_differ'),
    ('stp_ori_cnty_name', 'values that differ within a conviction', 'convictions', 'always',
        'select subject_key, 1 as number from convictions where counties_differ')
] -%}

-- The tables of all lines are named where they are read: a CTE that is used more than once is copied whole.
with files as (
    select
        file_id,
        file_name,
        first_line_id,
        coalesce(lead(first_line_id) over (order by file_id), 9223372036854775807) as next_file_line_id
    from {{ ref('raw_extract_files') }}
),

subjects as (
    select * from {{ ref('dim_subjects') }}
),

convictions as (
    select
        convictions.*,
        offenses.charge_text,
        offenses.is_parsed,
        offenses.depends_on,
        convictions.county is not null
        and convictions.county in (select county from {{ ref('county_choices') }}) as is_in_known_county
    from {{ ref('fct_convictions') }} as convictions
    left join {{ ref('dim_offenses') }} as offenses on convictions.offense_id = offenses.offense_id
),

-- The decisions that the run was made for.
decisions as (
    select decisions.*
    from {{ ref('fct_decisions') }} as decisions
    inner join {{ ref('run_settings') }} as settings
        on decisions.policy = settings.criteria_policy and settings.run_county in ('all', decisions.county)
),

decided_without_case_number as (
    select decisions.subject_key
    from decisions
    inner join convictions on decisions.conviction_id = convictions.conviction_id
    left join {{ ref('fct_case_numbers') }} as case_numbers
        on
            convictions.subject_key = case_numbers.subject_key
            and convictions.cycle_event = case_numbers.cycle_event
    where case_numbers.case_numbers is null
),

out_of_order as (
    select subjects.subject_key
    from (
        select
            subject_id,
            cnt_order < lag(cnt_order) over (partition by subject_id order by line_id) as goes_back
        from {{ ref('stg_doj__extract_lines') }}
        where set_aside_cause is null
    ) as ordered_lines
    inner join subjects on ordered_lines.subject_id = subjects.subject_id
    where ordered_lines.goes_back
),

-- The same in every field that is used; RECORD_ID and the like may differ.
repeated as (
    select
        max(line_id) as line_id,
        count(*) - 1 as number
    from (
        select
            line_id,
            {{ row_hash(carried_columns() | map('lower')) }} as fields
        from {{ ref('raw_doj__extract') }}
    )
    group by fields
    having count(*) > 1
),

checked_lines as (
    select
        files.file_name,
        count(*) as of_number,
        [
            {% for field, finding, condition in line_checks %}
                count(*) filter ({{ condition }}){{ ',' if not loop.last }}
            {% endfor %}
        ] as numbers
    from {{ ref('raw_doj__extract') }} as records
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

coded_values as (
    {% for field in coded %}
        select
            '{{ field }}' as field,
            upper(trim({{ field }})) as code,
            subject_id
        from {{ ref('raw_doj__extract') }}
        where trim({{ field }}) <> ''
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
    from {{ ref('county_choices') }}
),

-- A value that hardly anyone has may be a person's own that slipped into the field: it is counted, not shown.
unlisted as (
    select
        field,
        case when people >= 5 then code end as shown,
        sum(lines) as number
    from (
        select
            field,
            code,
            count(*) as lines,
            count(distinct subject_id) as people
        from coded_values
        where (field, code) not in (select (field, code) from known_values)
        group by field, code
    ) as codes
    group by all
),

unread_texts as (
    select
        lines.line_id,
        offenses.charge_text
    from {{ ref('stg_doj__extract_lines') }} as lines
    inner join {{ ref('dim_offenses') }} as offenses on lines.charge_text = offenses.charge_text
    where not offenses.is_parsed and lines.set_aside_cause is null
),

-- A comment is free text about a person: counted, not shown.
unread as (
    select
        case when records.offense_descr = texts.charge_text then texts.charge_text end as shown,
        count(*) as number
    from unread_texts as texts
    inner join {{ ref('raw_doj__extract') }} as records on texts.line_id = records.line_id
    group by all
),

found as (
    {% for field, finding, counted, could_change, rows in history_checks %}
        select
            {{ loop.index }} as check_order,
            subject_key,
            sum(number) as number
        from ({{ rows }}) as found_rows
        group by subject_key
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

open_labels as (
    select distinct
        undecided.conviction_id,
        case
            when undecided.label like 'a fact about %' then 'a fact about a statute'
            else undecided.label
        end as label
    from {{ ref('int_undecided_rules') }} as undecided
    inner join decisions
        on undecided.policy = decisions.policy and undecided.conviction_id = decisions.conviction_id
    where undecided.leaves_open
),

open_decisions as (
    {% for field, finding, _, could_change, _ in history_checks if could_change is not string %}
        select
            '{{ field }}' as field,
            '{{ finding }}' as finding,
            count(distinct conviction_id) as decisions
        from open_labels
        where
            label in (
                {% for label in could_change %}
                    '{{ label }}'{{ ',' if not loop.last }}
                {% endfor %}
            )
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

decided_subjects as (
    select
        subject_key,
        count(*) as decisions
    from decisions
    group by subject_key
),

totals as (
    select
        found.check_order,
        sum(found.number) as number,
        coalesce(sum(decided_subjects.decisions), 0) as decisions_touched
    from found
    left join decided_subjects on found.subject_key = decided_subjects.subject_key
    group by found.check_order
),

history_findings as (
    {% for field, finding, counted, could_change, rows in history_checks %}
        select
            {{ loop.index }} as check_order,
            '{{ field }}' as field,
            '{{ finding }}' as finding,
            '{{ counted }}' as counted,
            '{{ could_change if could_change is string else "open" }}' as could_change
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

sizes as (
    select
        'people' as counted,
        count(*) as of_number
    from subjects
    union all
    select
        'convictions' as counted,
        count(*) as of_number
    from convictions
    union all
    select
        'lines' as counted,
        count(*) as of_number
    from {{ ref('stg_doj__extract_lines') }}
),

findings as (
    select
        'history' as part,
        null as file_name,
        history_findings.field,
        history_findings.finding,
        null as shown,
        history_findings.counted,
        coalesce(totals.number, 0) as number,
        sizes.of_number,
        coalesce(totals.decisions_touched, 0) as decisions_touched,
        case history_findings.could_change
            when 'always' then coalesce(totals.decisions_touched, 0)
            when 'never' then 0
            else open_decisions.decisions
        end as decisions_that_could_change
    from history_findings
    inner join sizes on history_findings.counted = sizes.counted
    left join totals on history_findings.check_order = totals.check_order
    left join open_decisions
        on history_findings.field = open_decisions.field and history_findings.finding = open_decisions.finding
    union all
    select
        'lines' as part,
        file_name,
        field,
        finding,
        null as shown,
        'lines' as counted,
        number,
        of_number,
        null as decisions_touched,
        null as decisions_that_could_change
    from line_findings
    union all
    select
        'values' as part,
        null as file_name,
        unlisted.field,
        'value not in the known list' as finding,
        unlisted.shown,
        'lines' as counted,
        unlisted.number,
        sizes.of_number,
        null as decisions_touched,
        null as decisions_that_could_change
    from unlisted
    inner join sizes on sizes.counted = 'lines'
    union all
    select
        'texts' as part,
        null as file_name,
        case when unread.shown is null then 'comment_text' else 'offense_descr' end as field,
        'offense text that names no statute' as finding,
        unread.shown,
        'lines' as counted,
        unread.number,
        sizes.of_number,
        null as decisions_touched,
        null as decisions_that_could_change
    from unread
    inner join sizes on sizes.counted = 'lines'
)

select
    part,
    file_name,
    upper(field) as field,
    finding,
    shown as value_as_written,
    counted,
    cast(number as bigint) as number,
    of_number,
    cast(decisions_touched as bigint) as decisions_touched,
    cast(decisions_that_could_change as bigint) as decisions_that_could_change
from findings
order by part asc, number desc, field asc, finding asc, file_name asc, value_as_written asc
