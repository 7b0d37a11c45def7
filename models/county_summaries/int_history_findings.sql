{#- Field, what is found, of what, whether it could change a decision that it touches (always, never, or where
    the decision is left open for want of these facts), and the rows with the person of each. -#}
{%- set history_checks = [
    ('pri_dob', 'unknown date of birth', 'people', ['date_of_birth'],
        'select subject_key, 1 as number from subjects where date_of_birth is null'),
    ('stp_event_date', 'unknown date of conviction', 'convictions',
        ['conviction_date', 'other_conviction_date'],
        'select subject_key, 1 as number from convictions where conviction_date is null'),
    ('conv_stat_descr', 'unknown level, in OFFENSE_TOC too', 'convictions', ['level'],
        'select subject_key, 1 as number from convictions where level is null'),
    ('sent_length', 'unknown end of the sentence', 'convictions', ['sentence_end'],
        'select subject_key, 1 as number from convictions where sentence_end_date is null'),
    ('stp_type_descr', 'registration without the date of its offense', 'lines',
        ['registered_offense_date'],
        "select subject_key, 1 as number from " ~ ref('fct_pc290_records') ~ " where kind = 'registration'"),
    ('offense_descr', 'statute that bars relief under further facts only', 'convictions',
        ['statute_fact'],
        "select subject_key, 1 as number from convictions where depends_on is not null"),
    ('stp_ori_cnty_name', 'unknown county', 'convictions', 'always',
        'select subject_key, 1 as number from convictions where not is_in_known_county'),
    ('offense_descr', 'no offense text', 'convictions', ['unread_charge'],
        "select subject_key, 1 as number from convictions where charge_text = ''"),
    ('offense_descr', 'offense text that names no statute', 'convictions', ['unread_charge'],
        "select subject_key, 1 as number from convictions where reading = 'unread' and charge_text <> ''"),
    ('offense_descr', 'offense text read with doubt', 'convictions', ['unread_charge'],
        "select subject_key, 1 as number from convictions where reading = 'doubtful'"),
    ('conv_offense_descr', 'offense fields that name different statutes', 'convictions', 'always',
        'select distinct subject_key, conviction_id, 1 as number from ' ~ ref('fct_offense_conflicts')),
    ('stp_event_date', 'conviction dated after the as-of date', 'convictions',
        ['conviction_date', 'other_conviction_date'],
        'select subject_key, 1 as number from convictions where is_dated_after_as_of'),
    ('pri_dob', 'conviction dated before the 8th birthday', 'people',
        ['date_of_birth', 'conviction_date', 'other_conviction_date'],
        'select subject_key, 1 as number from subjects where contradicted_date_of_birth is not null'),
    ('disp_descr', 'court action without a disposition', 'lines', 'always',
        "select subjects.subject_key, 1 as number from subjects inner join " ~ ref('stg_ca_doj__lines')
        ~ " as lines on subjects.subject_id = lines.subject_id where lines.event_type = 'COURT ACTION'"
        ~ " and coalesce(lines.disposition, '') = '' and lines.set_aside_cause is null"),
    ('disp_descr', 'conviction relieved already', 'convictions', 'never',
        'select subject_key, 1 as number from convictions where is_relieved'),
    ('disp_descr', 'conviction that may be relieved already', 'convictions', 'always',
        'select subject_key, 1 as number from convictions where not is_relieved'),
    ('cii_number', 'one number under several persons', 'people', 'never',
        'select subject_key, 1 as number from subjects where cii_number in '
        ~ '(select cii_number from subjects group by cii_number having count(*) > 1)'),
    ('cnt_order', 'line set aside', 'lines', 'always',
        "select subjects.subject_key, 1 as number from subjects inner join " ~ ref('stg_ca_doj__lines')
        ~ " as lines on subjects.subject_id = lines.subject_id where lines.set_aside_cause is not null"),
    ('cnt_order', 'lines of a person out of order', 'lines', 'never',
        'select subject_key, 1 as number from out_of_order'),
    ('all', 'line that repeats another', 'lines', 'never',
        'select subjects.subject_key, 1 as number from ' ~ ref('stg_ca_doj__repeated_lines') ~ ' as repeated inner join '
        ~ ref('stg_ca_doj__lines') ~ ' as lines on repeated.line_id = lines.line_id'
        ~ ' inner join subjects on lines.subject_id = subjects.subject_id'),
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


with subjects as (
    select * from {{ ref('dim_subjects') }}
),

convictions as (
    select
        convictions.*,
        offenses.charge_text,
        offenses.reading,
        offenses.depends_on,
        relieved.is_certain as is_relieved,
        convictions.county is not null
        and convictions.county in (select county from {{ ref('counties') }}) as is_in_known_county
    from {{ ref('fct_convictions') }} as convictions
    inner join {{ ref('dim_offenses') }} as offenses on convictions.offense_id = offenses.offense_id
    left join {{ ref('fct_relieved_convictions') }} as relieved
        on convictions.conviction_id = relieved.conviction_id
),

out_of_order as (
    select subjects.subject_key
    from (
        select
            subject_id,
            cnt_order < lag(cnt_order) over (partition by subject_id order by line_id) as goes_back
        from {{ ref('stg_ca_doj__lines') }}
        where set_aside_cause is null
    ) as ordered_lines
    inner join subjects on ordered_lines.subject_id = subjects.subject_id
    where ordered_lines.goes_back
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

checks as (
    {% for field, finding, counted, could_change, rows in history_checks %}
        select
            {{ loop.index }} as check_order,
            '{{ field }}' as field,
            '{{ finding }}' as finding,
            '{{ counted }}' as counted,
            '{{ could_change if could_change is string else "open" }}' as could_change,
            cast({{ [] if could_change is string else could_change }} as varchar[]) as missing_facts
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    checks.field,
    checks.finding,
    checks.counted,
    checks.could_change,
    checks.missing_facts,
    found.subject_key,
    coalesce(found.number, 0) as number
from checks
left join found on checks.check_order = found.check_order
