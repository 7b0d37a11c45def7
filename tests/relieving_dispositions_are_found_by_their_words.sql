-- A word of a pattern that relieves a conviction fails if the quick test of relief_words does not find it.
with words as (
    select
        disposition_class,
        pattern,
        unnest(string_split(regexp_replace(pattern, '[.][*]DISM.*$|^DISM[.][*]', ''), '|')) as word
    from {{ ref('dispositions') }}
    where disposition_class in ('relief', 'set_aside', 'prop64_dismissed')
)

select
    disposition_class,
    pattern,
    word
from words
where
    not regexp_matches(
        regexp_replace(replace(replace(replace(word, '[.]', '.'), '[89]', '8'), '(', ''), '[)]', '', 'g'),
        '{{ relief_words() }}'
    )
