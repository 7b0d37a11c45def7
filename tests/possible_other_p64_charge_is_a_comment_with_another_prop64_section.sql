-- Cases of the macro possible_other_p64_charge: a line fails whose comment is flagged and should not be, or
-- the other way round.
with

lines (offense_descr, comment_text, is_flagged) as (
    values
    ('11357 HS-POSS', '11359 HS', true),
    ('11359 HS-POSS', '11359(B) HS', false),
    ('459 PC-BURGLARY', 'PLEA TO 11358 HS', true),
    ('459 PC-BURGLARY', 'PLEA TO 484 PC', false),
    ('459 PC-BURGLARY', '11357.5 HS', false),
    ('459 PC-BURGLARY', '111357 HS', false),
    ('459 PC-BURGLARY', '113570 HS', false),
    ('459 PC-BURGLARY', 'CASE NO.11358', true),
    ('459 PC-BURGLARY', 'SEE 11358.', true),
    ('11357.5 HS-SYNTH', '11357 HS', true),
    ('11358 HS-CULT', '11358 HS AND 11359 HS', false),
    ('11358 HS-CULT', '11359 HS AND 11358 HS', true),
    ('11357 HS-POSS', '11357 HS', false),
    ('11357 HS-POSS', '11357(a) HS', true),
    ('11357 HS-POSS', '11357(E) HS', false),
    ('11357(A) HS-POSS', '11357 HS', false),
    ('11357(A) HS-POSS', '11357(B) HS', false),
    ('11357(B) HS-POSS', '11357 (C) HS', true),
    ('11357(C) HS-POSS', '11357(D) HS', false),
    ('11357(D) HS-POSS', '11357(A) HS', true),
    ('11358 HS-CULT', '11358(A) HS', false),
    ('  ', '11358 HS', false),
    (null, '11358 HS', false),
    (' see comment for charge', '11358 HS', false),
    ('11358 HS-CULT', null, false),
    ('11358 HS-CULT', '', false)
)

select *
from lines
where ({{ possible_other_p64_charge('offense_descr', 'comment_text') }} is not null) != is_flagged
