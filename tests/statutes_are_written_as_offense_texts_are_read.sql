{% set codes = "('" ~ statute_codes() | join("', '") ~ "')" %}

-- A row of the statute lists that no offense text can match, because it is written in another way, fails.
select
    list,
    code,
    section,
    subdivision,
    literal_contains
from {{ ref('statutes') }}
where
    code not in {{ codes }}
    or section != upper(section)
    or not ({{ regexp_test('section', '^[0-9]+([.][0-9]+)?[A-Z]{0,2}$') }})
    or subdivision != upper(subdivision)
    or not ({{ regexp_test("coalesce(subdivision, '')", '^([(][A-Z0-9]+[)])*$|^[(][)]$') }})
    or literal_contains != upper(literal_contains)
