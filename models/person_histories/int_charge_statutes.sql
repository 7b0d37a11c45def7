{% set codes = "('" ~ statute_codes() | join("', '") ~ "')" %}
{%- set number = section_number_pattern() -%}
{%- set letters = section_letters_pattern() -%}
{%- set brackets = section_brackets_pattern() -%}
{%- set code = code_behind_pattern() -%}
{%- set statute_in_literal = statute_in_literal_pattern() -%}
{%- set possible_code = possible_code_pattern() -%}
{%- set range_end = '^[0-9]{3,}(?:[.][0-9]+)?' ~ letters ~ brackets ~ code ~ '(?:[^A-Z0-9]|$)' -%}

with texts as (
    select
        charge_text,
        {{ offense_text_parts(regexp_substitute('charge_text', space_pattern(), ' ')) }} as part
    from {{ ref('int_charge_texts') }}
),

-- What is compared is in upper case and without blanks; what is shown stays as written, with a blank for any
-- other white space.
pieces as (
    select
        texts.charge_text,
        part.lead || part.lead_gap as lead_as_written,
        part.prefix || part.number || part.c_letters || part.c_brackets || part.c_tail || part.code
        || part.c_further || part.n_letters || part.n_brackets || part.n_tail || part.other_code
            as statute_as_written,
        {{ regexp_substitute(
            'part.c_literal || part.o_literal || part.n_literal', '^[\\s-]+', ''
        ) }} as literal,
        part.n_literal as literal_without_code,
        part.lead_gap,
        {{ regexp_substitute('upper(part.lead)', '[^A-Z]', '') }} as lead,
        {{ regexp_substitute('upper(part.code)', '[^A-Z]', '') }} as code,
        {{ regexp_substitute('upper(part.other_code)', '[^A-Z]', '') }} as other_code,
        part.c_tail || part.c_further || part.n_tail as tail,
        part.prefix || part.c_tail || part.c_further || part.n_tail as other_statutes,
        part.number,
        part.c_letters || part.n_letters as letters,
        part.c_brackets || part.n_brackets as brackets
    from texts
    where part.number != ''
),

charges as (
    select
        charge_text,
        case when code = '' and lead in {{ codes }} then lead_as_written else '' end
        || statute_as_written as statute_as_written,
        literal,
        tail,
        {{ regexp_test('other_statutes', '(^|[^0-9.])664([^0-9.]|$)') }}
        or {{ regexp_test('lead', '^ATT(EMPT|EMPTED)?$') }} as is_attempt,
        {{ regexp_test('literal', '^[^A-Z0-9]*ATT(EMPT|EMPTED)?([^A-Z]|$)') }} as is_called_an_attempt,
        {{ regexp_test('other_statutes', '(^|[^0-9.])182([^0-9.]|$)') }}
        or {{ regexp_test('lead', '^CONSP') }} as is_conspiracy,
        {{ regexp_test('other_statutes', '(^|[^0-9.])32([^0-9.]|$)') }}
        or {{ regexp_test('lead', '^ACCESS') }} as is_accessory,
        number,
        letters,
        brackets,
        coalesce(nullif(code, ''), case when lead in {{ codes }} then lead end) as code,
        {{ regexp_capture('tail', '^(' ~ code ~ ')\\s*/', 1) }} as code_before_slash_as_written,
        nullif(other_code, '') as other_code,
        {{ regexp_test('lead', '^(CHRG|CHG|SCN)?$') }}
        and tail = ''
        and starts_with(literal_without_code, '-')
        and {{ regexp_test('number', '^[0-9]{3}') }}
        and {{ regexp_test('literal', range_end) }} as is_range,
        {{ regexp_test('literal', possible_code) }}
        or other_code != ''
        or {{ regexp_test('brackets', '[A-Z]{2}') }}
        or {{ regexp_test('lead', '^[A-Z]{1,3}$|CODE|PENAL|HEALTH') }}
        and not {{ regexp_test('lead', '^(ATT|SCN|CHG)$') }} as may_have_a_code
    from pieces
    -- Letters that touch the number make it a case number (BA11357), unless they are a code (PC187).
    where lead = '' or lead_gap != '' or lead in {{ codes }}
),

coded as (
    select
        * exclude (code_before_slash_as_written),
        {{ regexp_substitute('upper(code_before_slash_as_written)', '[^A-Z]', '') }} as code_before_slash,
        case
            when is_range
                then {{ regexp_test(regexp_substitute('upper(literal)', range_end, ''), statute_in_literal) }}
            else {{ regexp_test('literal', statute_in_literal) }}
        end as names_another_statute
    from charges
),

further_statutes as (
    select
        charge_text,
        unnest(string_split(tail, '/')) as text,
        generate_subscripts(string_split(tail, '/'), 1) - 1 as place
    from coded
    where tail != ''
),

further_pieces as (
    select
        charge_text,
        place,
        {{ regexp_groups(
            'text', '^\\s*(' ~ number ~ ')(' ~ letters ~ ')(' ~ brackets ~ ')(' ~ code ~ ')?\\s*$',
            ['number', 'letters', 'brackets', 'code']
        ) }} as part
    from further_statutes
    where place > 0
),

further_parts as (
    select
        further_pieces.charge_text,
        further_pieces.place,
        part.number,
        part.letters,
        part.brackets,
        {{ regexp_substitute('upper(part.code)', '[^A-Z]', '') }} as code
    from further_pieces
    where part.number not in ('664', '182', '32')
),

-- A statute without a code has that of the one behind it: 11359/11360 HS.
named_statutes as (
    select
        charge_text,
        0 as place,
        number,
        letters,
        brackets,
        coalesce(code_before_slash, code) as code
    from coded
    union all
    select
        further_parts.charge_text,
        further_parts.place,
        further_parts.number,
        further_parts.letters,
        further_parts.brackets,
        coalesce(nullif(further_parts.code, ''), coded.code, coded.code_before_slash) as code
    from further_parts
    inner join coded on further_parts.charge_text = coded.charge_text
),

spelled as (
    select
        charge_text,
        place,
        code,
        {{ regexp_substitute('number', '\\s', '') }} as number,
        {{ regexp_substitute('upper(letters)', '[.]', '') }} as letters,
        {{ regexp_substitute('upper(brackets)', '\\s', '') }} as brackets
    from named_statutes
),

-- A letter after the number belongs to the section where the statute lists know such a section (288a, 653f);
-- elsewhere it is a subdivision (11357A is 11357(a)).
lettered_sections as (
    select distinct
        code,
        section,
        {{ regexp_substitute('section', '[A-Z]', '') }} as number,
        {{ regexp_substitute('section', '[^A-Z]', '') }} as letters
    from {{ ref('statutes') }}
    where {{ regexp_test('section', '[A-Z]$') }}
),

sections as (
    select
        spelled.charge_text,
        spelled.place,
        spelled.code,
        coalesce(lettered_sections.section, spelled.number) as section,
        {{ regexp_substitute(
            "substr(spelled.letters, length(coalesce(lettered_sections.letters, '')) + 1)",
            '([A-Z]|[0-9]+)', '(\\1)'
        ) }}
        || {{ regexp_substitute('spelled.brackets', '\\)([0-9]+)', ')(\\1)') }} as subdivision
    from spelled
    left join lettered_sections
        on
            left(spelled.letters, length(lettered_sections.letters)) = lettered_sections.letters
            and spelled.number = lettered_sections.number
            and coalesce(spelled.code, lettered_sections.code) = lettered_sections.code
    qualify row_number() over (
        partition by spelled.charge_text, spelled.place
        order by length(lettered_sections.letters) desc nulls last
    ) = 1
),

listed_sections as (
    select
        section,
        bool_and(list = 'prop64') as is_prop64_alone
    from {{ ref('statutes') }}
    where membership != 'no' and list != 'attempt_by_name'
    group by section
),

-- Numbers of three digits and more among the words, which may be a statute's.
numbers_in_literals as (
    select distinct
        charge_text,
        unnest(regexp_extract_all(literal, '[0-9]{3,}(?:[.][0-9]+)?')) as section
    from coded
    where code is null and code_before_slash is null
),

literals_with_a_listed_section as (
    select distinct numbers.charge_text
    from numbers_in_literals as numbers
    -- 653 may be 653f: its letters are not looked for.
    inner join listed_sections
        on numbers.section = {{ regexp_substitute('listed_sections.section', '[A-Z]', '') }}
),

attempts_by_name as (
    select
        code,
        section,
        coalesce(subdivision, '') as subdivision
    from {{ ref('statutes') }}
    where list = 'attempt_by_name'
)

select
    sections.charge_text,
    sections.place,
    sections.section,
    sections.subdivision,
    coalesce(sections.code, charges.other_code) as code,
    charges.statute_as_written,
    charges.literal,
    charges.is_attempt
    or (
        charges.is_called_an_attempt
        and not exists (
            select 1 from attempts_by_name
            where
                attempts_by_name.code = sections.code
                and attempts_by_name.section = sections.section
                and starts_with(sections.subdivision, attempts_by_name.subdivision)
        )
    ) as is_attempt,
    charges.is_conspiracy,
    charges.is_accessory,
    case
        when
            charges.names_another_statute
            or in_literals.charge_text is not null
            -- Of 459-460.2 PC neither section is on a list, whatever the code of the first.
            or (charges.is_range and listed_sections.section is not null)
            then 'its words hold another statute'
        when sections.code is null and listed_sections.section is not null and charges.may_have_a_code
            then 'what follows may be a code'
        when sections.code is null and not listed_sections.is_prop64_alone
            then 'no code, and the section is on a list'
        -- 5 GRAMS: which charge it stands for is not known.
        when sections.code is null and {{ regexp_test('sections.section', '^[0-9]{1,2}([.]|$)') }}
            then 'no code, and the number may be no section'
    end as doubt
from sections
inner join coded as charges on sections.charge_text = charges.charge_text
left join listed_sections on sections.section = listed_sections.section
left join literals_with_a_listed_section as in_literals on sections.charge_text = in_literals.charge_text
