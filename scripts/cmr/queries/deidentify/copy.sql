{#- What `cmr deidentify` does with each field. Rendered by dbt, so that a line is read, and a charge found in a
    comment, by the same macros as in a run; `columns` and `personal` are lists of seeds/doj_extract_columns.csv, `spool`
    a file to work with.
    The key comes in as DuckDB variables, never through dbt. -#}
{%- set kinds = {
    'SUBJECT_ID': 'person', 'PRI_NAME': 'name', 'REQ_NAME': 'name', 'PRI_DOB': 'birth', 'REQ_DOB': 'birth',
    'COMMENT_TEXT': 'comment',
    'REQ_CII_NUMBER': 'number', 'CII_NUMBER': 'number', 'REQ_SSN': 'number', 'PRI_SSN': 'number',
    'REQ_CDL': 'number', 'PRI_CDL': 'number', 'PRI_IDN': 'number', 'PRI_INN': 'number', 'FBI_NUMBER': 'number',
    'RECORD_ID': 'number', 'OFN': 'number', 'FE_NUM_ARR_AGY': 'number', 'FE_NUM_BNCH_WARR': 'number',
    'FE_NUM_CITE': 'number', 'FE_NUM_DOCKET': 'number', 'FE_NUM_INCIDENT': 'number', 'FE_NUM_BOOKING': 'number',
    'FE_NUM_NUMBER': 'number', 'FE_NUM_REMAND': 'number', 'FE_NUM_OOS_INN': 'number', 'FE_NUM_CRT_CASE': 'number',
    'FE_NUM_WARRANT': 'number'
} -%}
{%- set codes = "('" ~ statute_codes() | join("', '") ~ "')" -%}
{#- What a comment says that relieves a conviction, in words of the class's own (seeds/dispositions.csv). -#}
{%- set relief_notes = {
    'relief': 'RELIEF GRANTED', 'set_aside': 'SET ASIDE', 'prop64_dismissed': 'PROP 64 DISM'
} -%}

-- HMAC-SHA256 (RFC 2104): `inner_key` and `outer_key` are the key's two padded forms.
create temp macro hmac(text) as
sha256(getvariable('outer_key') || unhex(sha256(getvariable('inner_key') || encode(text))));

create temp macro digits(hash, length) as
left(translate(repeat(hash, cast(ceil(length / 64) as integer)), 'abcdef', '012345'), length);

create temp macro letters(hash, length) as
left(translate(hash, '0123456789abcdef', 'ABCDEFGHIJKLMNOP'), length);

-- Letters that no code of law holds, so that a made-up word is never read as one.
create temp macro made_up_word(hash, length) as
left(translate(repeat(hash, cast(ceil(length / 64) as integer)), '0123456789abcdef', 'DJKQXYZDJKQXYZDJ'), length);

-- `known` is the value without white space round it, which stays, as it tells two lines apart; null for a blank or
-- a word for nothing, which stay too.
create temp macro replaced(value, known, replacement) as
case
    when known is null then value
    else left(value, strpos(value, known) - 1) || replacement || substr(value, strpos(value, known) + length(known))
end;

-- Letters in front stay letters, all else becomes digits: 12 of them, so that no two numbers become one.
create temp macro made_up_number(known, prefix_length) as
letters(hmac('letters:' || known), prefix_length)
|| digits(hmac('digits:' || known), greatest(length(known) - prefix_length, 12));

create temp macro deidentified_number(known) as
made_up_number(known, length(regexp_extract(known, '^[A-Za-z]{0,8}')));

create temp macro deidentified_name(known) as
'PERSON,' || letters(hmac('name:' || known), 12);

create temp macro deidentified_person(known) as
digits(hmac('person:' || known), 20);

-- Traits are keyed by the person too: one value does not become one word, which counting would give away.
create temp macro deidentified_trait(known, name, subject_id) as
letters(hmac('trait:' || name || ':' || coalesce(subject_id, '') || ':' || known), 6);

-- Records, some put together from several lines, go through the CSV reader of a run.
copy (select text from {{ ref('raw_extract_records') }})
to {{ file_to_write(spool) }} (format csv, header false, delimiter e'\x01\x02', quote '', escape '');

create or replace table record_fields as
select records.line_id, fields.*
from (select line_id from {{ ref('raw_extract_records') }}) as records
positional join {{ read_records(spool, 'utf-8', columns) }} as fields;

-- A date of birth moves within its year, and across no date on which a comparison turns: a birthday is compared
-- with the as-of date, the 8th and the 21st with the dates of the person's convictions, and nobody is older than
-- 120. A turn is the last day of the year of birth on which one had to be born to have had that birthday: born on
-- 29 February, one is a year older on 1 March in a year that lacks it.
create or replace table deidentified_births as
with births as (
    select distinct
        coalesce({{ known_text('subject_id') }}, '') as subject_id,
        birth,
        {{ known_text('birth') }} as written,
        case when regexp_full_match({{ trimmed('birth') }}, '[0-9]{8}') then {{ parse_date(trimmed('birth')) }} end
            as born
    from (
        select subject_id, unnest([pri_dob, req_dob]) as birth from record_fields
    )
    where birth is not null
),

birth_years as (
    select distinct
        subject_id,
        year(born) as birth_year
    from births
    where born is not null
),

convictions as (
    select distinct
        lines.subject_id,
        {{ parse_date(trimmed('records.stp_event_date')) }} as turn
    from {{ ref('stg_ca_doj__lines') }} as lines
    inner join record_fields as records on lines.line_id = records.line_id
    where lines.is_convicted
),

turns as (
    select
        *,
        getvariable('as_of') as turn
    from birth_years
    union
    select
        birth_years.*,
        convictions.turn
    from birth_years
    inner join convictions
        on
            birth_years.subject_id = convictions.subject_id
            and year(convictions.turn) - birth_years.birth_year in (8, 21)
),

turn_days as (
    select
        subject_id,
        birth_year,
        dayofyear(make_date(2000, month(turn), day(turn))) - cast(
            strftime(turn, '%m%d') >= '0229' and day(last_day(make_date(birth_year, 2, 1))) = 28 as integer
        ) as turn_day
    from turns
    union
    select
        birth_years.*,
        dayofyear(oldest.birth) - 1 as turn_day
    from birth_years
    inner join (
        select {{ add_years("getvariable('as_of')", '-120') }} as birth
    ) as oldest on birth_years.birth_year = year(oldest.birth)
),

stretches as (
    select
        births.*,
        dayofyear(births.born) as own_day,
        (
            select max(turn_days.turn_day) from turn_days
            where
                turn_days.subject_id = births.subject_id
                and turn_days.birth_year = year(births.born)
                and turn_days.turn_day < dayofyear(births.born)
        ) as turn_before,
        (
            select min(turn_days.turn_day) from turn_days
            where
                turn_days.subject_id = births.subject_id
                and turn_days.birth_year = year(births.born)
                and turn_days.turn_day >= dayofyear(births.born)
        ) as turn_behind
    from births
),

-- All dates between two turns move by the same days, and round: two dates of a person never become one.
moves as (
    select
        *,
        coalesce(turn_before, 0) + 1 as first_day,
        coalesce(turn_behind, dayofyear(make_date(year(born), 12, 31))) - coalesce(turn_before, 0) as days,
        cast(
            '0x' || left(hmac(concat_ws(':', 'birth', subject_id, year(born), coalesce(turn_before, 0))), 12) as bigint
        ) as chance
    from stretches
)

select
    subject_id,
    birth,
    case
        -- Unknown stays unknown, and what is no date becomes what is none: it may still be one. Between two turns on
        -- neighbouring days there is no other day.
        when written is null or regexp_full_match(written, '[0-9]{4}0000') or days = 1 then birth
        when born is null then replaced(birth, written, letters(hmac('birth:' || subject_id || ':' || written), 8))
        else replaced(birth, written, left(written, 4) || strftime(
            make_date(year(born), 1, 1) + cast(
                first_day - 1 + (own_day - first_day + 1 + chance % (days - 1)) % days as integer
            ), '%m%d'
        ))
    end as replacement
from moves;

create or replace table offense_texts as
select distinct unnest([offense_descr, conv_offense_descr, disp_offense_descr]) as text
from record_fields;

-- A comment becomes a text of a fixed form: its statute, if it is a charge, the words that say something to those
-- who read it, and a made-up word. The word is the same for comments that differ in case and white space alone, as
-- such are compared, and its case tells these apart.
create or replace table deidentified_comments as
with comments as (
    select
        text,
        squeezed,
        made_up_word(hmac('comment:' || squeezed), 24) as word,
        hmac('case:' || text) as case_hash,
        {{ regexp_test('squeezed', statute_at_start_pattern()) }} as begins_with_a_statute,
        {{ regexp_test('text', relief_words()) }} as has_relief_words,
        {{ regexp_substitute(
            "upper(coalesce(" ~ regexp_capture('text', '^[^A-Z0-9]*([A-Z][A-Z&]*)', 1) ~ ", ''))", '&', ''
        ) }} as lead
    from (
        select distinct
            comment_text as text,
            {{ squeezed('comment_text') }} as squeezed
        from record_fields
        where comment_text is not null
    )
),

-- A number is a section where a list or an offense field has it, or a code stands with it; any other becomes nines,
-- and so does a long one. A word in brackets is no subdivision.
sections as (
    select section from {{ ref('statutes') }}
    union
    select section from {{ ref('int_charge_statutes') }}
    where code in {{ codes }} or charge_text in (select text from offense_texts where text is not null)
),

charges as (
    select
        charge_text,
        case
            when bool_or(is_known) then regexp_replace(
                regexp_replace(
                    regexp_replace(min(statute_as_written), '[0-9]{6,}', '999999', 'g'), '[^\x00-\x7F]', '-', 'g'
                ), '(?i)[(]\s*[a-z]{4,}\s*[)]', '(QX)', 'g'
            )
            else
                case when bool_and(is_attempt) then '664/' else '' end
                || case when bool_and(is_conspiracy) then '182/' else '' end
                || regexp_replace(min_by(section, length(section)), '[0-9]', '9', 'g')
        end as statute,
        min(literal) as literal,
        bool_or(coalesce(doubt = 'its words hold another statute', false)) as names_another_statute,
        bool_or(coalesce(doubt = 'what follows may be a code', false)) as may_have_a_code
    from (
        select
            *,
            is_accessory or section in (select sections.section from sections) as is_known
        from {{ ref('int_charge_statutes') }}
    )
    group by charge_text
),

words_of_lists as (
    select
        charges.charge_text,
        string_agg(distinct statutes.literal_contains, ' ') as words
    from charges
    inner join {{ ref('statutes') }} as statutes on contains(upper(charges.literal), statutes.literal_contains)
    group by charges.charge_text
),

notes as (
    select
        comments.text,
        min_by(classes.disposition_class, classes.row_order) as disposition_class
    from comments
    inner join {{ ref('dispositions') }} as classes on regexp_matches(comments.squeezed, classes.pattern, 's')
    group by comments.text
),

pieces as (
    select
        comments.*,
        charges.charge_text is not null as is_charge,
        case
            when not regexp_matches(charges.statute, '^[0-9]') then ''
            when starts_with(comments.lead, 'CONSP') then 'CONSP '
            when starts_with(comments.lead, 'ACCESS') then 'ACCESS '
            when comments.lead in ('ATT', 'ATTEMPT', 'ATTEMPTED')
                then case when comments.begins_with_a_statute then 'ATT ' else 'ATTEMPT ' end
            when comments.begins_with_a_statute then ''
            else 'CHARGE '
        end || charges.statute || '-' as statute,
        concat_ws(
            ' ',
            case when {{ regexp_test('charges.literal', '^ATT(EMPT|EMPTED)?([^A-Z]|$)') }} then 'ATT' end,
            words_of_lists.words,
            case when charges.names_another_statute then '1 HS' end,
            case when charges.may_have_a_code then 'CODE' end,
            array_to_string(list_transform(
                range(1, 25),
                lambda i: case when case_hash[i] < '8' then lower(comments.word[i]) else comments.word[i] end
            ), '')
        ) as words,
        -- Blanks as they stand: those who look for these words quickly find them with one blank alone.
        case
            {% for class, note in relief_notes.items() %}
            when notes.disposition_class = '{{ class }}'
                then case when has_relief_words then ' {{ note }}' else replace(' {{ note }}', ' ', '  ') end
            {% endfor %}
            when has_relief_words then ' RELIEF DENIED'
            else ''
        end as note
    from comments
    left join charges on comments.text = charges.charge_text
    left join words_of_lists on comments.text = words_of_lists.charge_text
    left join notes on comments.text = notes.text
)

select
    text,
    case
        when
            {{ known_text('text') }} is null
            or squeezed in (select {{ squeezed('offense_texts.text') }} from offense_texts where text is not null)
            then text
        else
            case
                when is_charge then statute
                -- Letters that touch a number make it a case number.
                when begins_with_a_statute then 'QX9 '
                else ''
            end
            || words
            || case
                when {{ regexp_capture('statute', prop64_section_pattern(), 1) }} is not null then ''
                else coalesce({{ regexp_capture('text', prop64_section_pattern(), 1) }}, '')
                    || coalesce('(' || {{ regexp_capture('text', prop64_section_pattern(), 2) }} || ')', '')
            end
            || note
    end as replacement
from pieces;

-- What stands for a line whose fields cannot be told: its person, who may be in the second field or the third, and
-- whether it may be a conviction or a registration. It has too few fields to be read.
create or replace temp view deidentified_odd_lines as
with odd_lines as (
    select
        odd_lines.file_id,
        odd_lines.text
    from {{ ref('raw_odd_lines') }} as odd_lines
    inner join {{ ref('raw_reassembled_lines') }} as reassembled
        on odd_lines.line_id between reassembled.line_id and reassembled.last_line_id
    where reassembled.cause <> 'blank line'
    union all
    select
        files.file_id,
        rejects.text
    from {{ source('reader', 'raw_reader_rejects') }} as rejects
    inner join {{ ref('raw_extract_files') }} as files on rejects.path = files.path
),

first_fields as (
    select
        file_id,
        text,
        {{ regexp_groups(
            'text', '^(?:"(?:[^"]|"")*"|[^,"]*),\\s*"?([^,"]*)(?:[^,]*,\\s*"?([^,"]*))?', ['second', 'third']
        ) }} as field
    from odd_lines
)

select
    file_id,
    null as first_field,
    deidentified_person({{ known_text('field.second') }}) as second_field,
    deidentified_person({{ known_text('field.third') }}) as third_field,
    case when {{ regexp_test('text', '(?:^|,)[\\s"]*CONVICTED') }} then 'CONVICTED' end as disposition,
    case when {{ regexp_test('text', '(?:^|,)[\\s"]*REGISTRATION') }} then 'REGISTRATION' end as event_type
from first_fields;

create or replace temp view deidentified_records as
with records as (
    select
        *,
        {% for name in columns if name in personal or name in kinds %}
        {{ known_text(name | lower) }} as known_{{ name | lower }}{{ ',' if not loop.last }}
        {% endfor %}
    from record_fields
)

select
    records.line_id,
    {% for name in columns %}
    {% set kind = kinds.get(name, 'trait' if name in personal else 'kept') %}
    {% set known = 'records.known_' ~ name | lower %}
    {% if kind == 'kept' %}
    records.{{ name | lower }}
    {% elif kind == 'birth' %}
    {{ name | lower }}_births.replacement
    {% elif kind == 'comment' %}
    comments.replacement
    {% else %}
    replaced(
        records.{{ name | lower }}, {{ known }},
        deidentified_{{ kind }}({{ known }}{{ ", '" ~ name ~ "', records.known_subject_id" if kind == 'trait' }})
    )
    {% endif %}
    as "{{ name }}"{{ ',' if not loop.last }}
    {% endfor %}
from records
{% for name in ['PRI_DOB', 'REQ_DOB'] %}
left join deidentified_births as {{ name | lower }}_births
    on
        {{ name | lower }}_births.subject_id = coalesce(records.known_subject_id, '')
        and {{ name | lower }}_births.birth = records.{{ name | lower }}
{% endfor %}
left join deidentified_comments as comments on comments.text = records.comment_text
