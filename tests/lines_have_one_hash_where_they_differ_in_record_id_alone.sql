-- Cases of the macro text_hash: two lines fail that have one hash and should not, or the other way round.
with

lines (one, other, is_repeated) as (
    values
    ('1,1001,11357 HS,#', '1,1001,11357 HS,#', true),
    ('1,1001,11357 HS,#', '2,1001,11357 HS,#', true),
    ('1,1001,11357 HS,#', ',1001,11357 HS,#', true),
    ('1,1001,11357 HS,#', '"2","1001","11357 HS","#"', true),
    ('1,1001,11357 HS,#', '"2,3",1001,11357 HS,#', true),
    ('1,1001,"DOE,J",#', '2,1001,"DOE,J",#', true),
    ('1,1001,11357 HS,#', '1,1002,11357 HS,#', false),
    ('1,1001,11357 HS,#', '1,1001,11357 HS ,#', false),
    ('1,1001,11357 HS,#', '1,1001,,#', false),
    ('1,1001,"DOE,J",#', '1,1001,"DOE,K",#', false),
    ('1,1001,"DOE' || chr(10) || 'J",#', '2,1001,"DOE' || chr(10) || 'J",#', true),
    ('1,1001,"DOE' || chr(10) || 'J",#', '1,1001,"DOE' || chr(10) || 'K",#', false)
)

select *
from lines
where ({{ text_hash('one') }} = {{ text_hash('other') }}) != is_repeated
