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
{%- set prop64 = "('" ~ prop64_sections() | join("', '") ~ "')" -%}

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

-- Blanks stay, and the NULL that means no case number; letters in front stay letters, all else becomes digits.
create temp macro deidentified_number(value) as
case
    when trim(value) in ('', 'NULL') or value is null then value
    else
        letters(hmac('letters:' || trim(value)), least(length(regexp_extract(trim(value), '^[A-Za-z]*')), 8))
        || digits(
            hmac('digits:' || trim(value)), length(trim(value)) - length(regexp_extract(trim(value), '^[A-Za-z]{0,8}'))
        )
        || repeat(' ', length(value) - length(rtrim(value)))
end;

create temp macro deidentified_name(value) as
case when trim(value) = '' then value else 'PERSON,' || letters(hmac('name:' || trim(value)), 12) end;

create temp macro deidentified_person(value) as
case when trim(value) = '' then value else digits(hmac('person:' || trim(value)), 20) end;

-- Traits are keyed by the person too: one value does not become one word, which counting would give away.
create temp macro deidentified_trait(value, name, subject_id) as
case
    when trim(value) = '' then value
    else letters(hmac('trait:' || name || ':' || coalesce(trim(subject_id), '') || ':' || trim(value)), 6)
end;

-- Records, some put together from several lines, go through the CSV reader of a run.
copy (select text from {{ ref('raw_extract_records') }})
to {{ file_to_write(spool) }} (format csv, header false, delimiter e'\x01\x02', quote '', escape '');

create or replace table record_fields as
select records.line_id, fields.*
from (select line_id from {{ ref('raw_extract_records') }}) as records
positional join {{ read_records(spool, 'utf-8', columns) }} as fields;

create or replace table needed_fields as
select
    {% for name in ['SUBJECT_ID', 'PRI_DOB', 'REQ_DOB', 'STP_EVENT_DATE', 'COMMENT_TEXT'] %}
    {{ name | lower }}{{ ',' if not loop.last }}
    {% endfor %}
from record_fields;

-- A date of birth moves within its year, and across no date on which a comparison turns: a birthday is compared
-- with the as-of date, and the 21st with the dates of the person's convictions. Months and days count as days of a
-- year without 29 February; born on that day, one is a year older on 1 March in a year that lacks it.
create or replace table deidentified_births as
with births as (
    select distinct
        trim(subject_id) as subject_id,
        trim(birth) as birth,
        {{ parse_date('birth') }} as born
    from (
        select subject_id, unnest([pri_dob, req_dob]) as birth from needed_fields
    )
    where trim(birth) <> ''
),

turns as (
    select trim(subject_id) as subject_id, {{ parse_date('stp_event_date') }} as turn
    from needed_fields
    union
    select subject_id, getvariable('as_of') from births
),

sides as (
    select
        births.subject_id,
        births.birth,
        dayofyear(make_date(2001, month(turn), least(day(turn), case when month(turn) = 2 then 28 else 31 end)))
            as turn_day,
        {{ add_years('born', '(year(turn) - year(born))') }} <= turn as is_reached
    from births
    inner join turns
        on births.subject_id is not distinct from turns.subject_id
        and (turns.turn = getvariable('as_of') or year(turns.turn) = year(births.born) + 21)
),

bounds as (
    select
        subject_id,
        birth,
        coalesce(max(turn_day) filter (where not is_reached), 0) + 1 as first_day,
        coalesce(min(turn_day) filter (where is_reached), 365) as last_day
    from sides
    group by subject_id, birth
),

choices as (
    select
        births.*,
        bounds.first_day,
        bounds.last_day - bounds.first_day + 1 as days,
        dayofyear(make_date(2001, month(born), least(day(born), case when month(born) = 2 then 28 else 31 end)))
            - bounds.first_day as own_day,
        cast('0x' || left(hmac('birth:' || coalesce(births.subject_id, '') || ':' || births.birth), 12) as bigint) as chance
    from births
    left join bounds on births.subject_id is not distinct from bounds.subject_id and births.birth = bounds.birth
)

select
    subject_id,
    birth,
    case
        -- Unknown stays unknown; a date that cannot be read as one may still be one.
        when born is null
            then case when regexp_full_match(birth, '[0-9]{4}0000') then birth else '00000000' end
        -- Between two turns on neighbouring days there is no other day.
        when days <= 1 then birth
        else left(birth, 4) || strftime(
            date '2001-01-01' + cast(
                first_day - 1 + case
                    when chance % (days - 1) >= own_day then chance % (days - 1) + 1 else chance % (days - 1)
                end as integer
            ), '%m%d'
        )
    end as replacement
from choices;

-- A comment keeps the statute that the classification reads, a word before it that means something there, and
-- every number that is a section of Prop 64; other words become made-up words of their length, other numbers numbers
-- that begin with 9, as no listed section does. So the text has the same shape for the patterns that read it.
create or replace table comment_parts as
with comments as (
    select distinct comment_text as text from needed_fields where comment_text is not null
),

parts as (
    select text, {{ offense_text_parts('text') }} as part
    from comments
),

read as (
    select
        text,
        part.lead || part.lead_gap as lead,
        regexp_replace(upper(part.lead), '[^A-Z]', '', 'g') as word,
        part.prefix || part.number || part.c_letters || part.c_brackets || part.c_tail || part.code
        || part.n_letters || part.n_brackets || part.n_tail || part.other_code as statute,
        part.c_literal || part.o_literal || part.n_literal as literal,
        part.number <> '' and (part.lead = '' or part.lead_gap <> '' or word in {{ codes }})
        and (part.code <> '' or word in {{ codes }} or regexp_replace(part.number, '\s', '', 'g') in {{ prop64 }})
            as is_charge
    from parts
),

segments as (
    select
        text,
        unnest(
            case
                when is_charge then [
                    {'is_kept': false, 'text': left(text, length(text) - length(lead || statute || literal))},
                    {
                        'is_kept': word in {{ codes }} or word in ('CHRG', 'CHG', 'SCN', 'ATT', 'ATTEMPT', 'ATTEMPTED')
                        or starts_with(word, 'CONSP') or starts_with(word, 'ACCESS'),
                        'text': lead
                    },
                    {'is_kept': true, 'text': regexp_replace(statute, '[0-9]{6,}', '999999', 'g')},
                    {'is_kept': false, 'text': literal}
                ]
                -- A registration is known by this beginning alone.
                when ltrim(text) like '290%' then [
                    {'is_kept': true, 'text': left(text, length(text) - length(ltrim(text)) + 3)},
                    {'is_kept': false, 'text': substr(ltrim(text), 4)}
                ]
                else [{'is_kept': false, 'text': text}]
            end
        ) as segment,
        generate_subscripts(
            case when is_charge then [1, 2, 3, 4] when ltrim(text) like '290%' then [1, 2] else [1] end, 1
        ) as segment_order
    from read
)

select
    text,
    segment_order,
    segment.is_kept as is_kept,
    unnest(tokens) as token,
    generate_subscripts(tokens, 1) as token_order
from (
    select
        *,
        case
            when segment.is_kept then [segment.text]
            else regexp_extract_all(
                segment.text,
                '(?is)[0-9]{6,}|(?:{{ prop64_sections() | join("|") }})\s*[(]\s*[A-D]\s*[)]|[0-9]+|[a-z]+|[^a-z0-9]+'
            )
        end as tokens
    from segments
);

create or replace table deidentified_comments as
with tokens as (
    select
        token,
        hmac('word:' || upper(token)) as hash
    from (select distinct token from comment_parts where not is_kept)
),

replaced as (
    select
        token,
        case
            when upper(token) in ('COMMIT', 'MAYHEM') or contains(upper(token), 'MAYHEM') then token
            when
                token in {{ prop64 }}
                or regexp_full_match(token, '(?is)(?:{{ prop64_sections() | join("|") }})\s*[(].*')
                then token
            when regexp_full_match(token, '[0-9]') then digits(hash, 1)
            when regexp_full_match(token, '[0-9]+') then '9' || digits(hash, length(token) - 1)
            when regexp_full_match(token, '[A-Za-z]+') then made_up_word(hash, length(token))
            else regexp_replace(token, '[^\x00-\x7F]', 'Ø', 'g')
        end as replacement
    from tokens
)

select
    comment_parts.text,
    string_agg(
        case when comment_parts.is_kept then comment_parts.token else replaced.replacement end, ''
        order by comment_parts.segment_order, comment_parts.token_order
    ) as replacement
from comment_parts
left join replaced on comment_parts.token = replaced.token and not comment_parts.is_kept
group by comment_parts.text;

create or replace temp view deidentified_records as
select
    records.line_id,
    {% for name in columns %}
    {% set kind = kinds.get(name, 'trait' if name in personal else 'kept') %}
    {% if kind == 'kept' %}
    records.{{ name | lower }}
    {% elif kind == 'birth' %}
    {{ name | lower }}_births.replacement
    {% elif kind == 'comment' %}
    comments.replacement
    {% elif kind == 'trait' %}
    deidentified_trait(records.{{ name | lower }}, '{{ name }}', records.subject_id)
    {% else %}
    deidentified_{{ kind }}(records.{{ name | lower }})
    {% endif %}
    as "{{ name }}"{{ ',' if not loop.last }}
    {% endfor %}
from record_fields as records
{% for name in ['PRI_DOB', 'REQ_DOB'] %}
left join deidentified_births as {{ name | lower }}_births
    on
        {{ name | lower }}_births.subject_id is not distinct from trim(records.subject_id)
        and {{ name | lower }}_births.birth = trim(records.{{ name | lower }})
{% endfor %}
left join deidentified_comments as comments on comments.text = records.comment_text
