-- The words of a synthetic extract: California's counties, offense texts, agencies, names. Everything here is
-- invented or public; no text comes from a real record. generate.sql draws from these tables.

-- entity_key: the number that stands for a person, cycle, count, event or line in every draw about it.
-- MD5 and not DuckDB's hash(), which another version may change.
create macro entity_key(parent, name) as md5_number_lower(concat(parent, '/', name));

-- draw: an even number in [0, 1) that depends on nothing but its arguments, so that a file does not depend on
-- threads or batches. One digest per entity is dear enough: a draw mixes the halves of the key with
-- multipliers that its purpose fixes, modulo the largest prime below 2 ** 32.
create macro draw(key, purpose) as (
    (key >> 32) * (md5_number_lower(purpose) >> 33)
    + (key & 4294967295::ubigint) * (md5_number_upper(purpose) >> 33)
) % 4294967291::ubigint / 4294967291.0;

create macro draw_integer(key, purpose, lowest, highest) as
    lowest + cast(floor(draw(key, purpose) * (highest - lowest + 1)) as integer);

create macro draw_from(key, purpose, choices) as
    choices[1 + cast(floor(draw(key, purpose) * len(choices)) as integer)];

create macro draw_digits(key, purpose, digits) as
    lpad(cast(cast(floor(draw(key, purpose) * 10 ** digits) as bigint) as varchar), digits, '0');

-- happens: true for the share of keys that the run's variable of that name states.
create macro happens(key, share) as draw(key, share) < getvariable(share);

-- or_null_word: the word NULL in place of no value, by the share of lines.
create macro or_null_word(key, text) as coalesce(text, if(happens(key, 'null_word'), 'NULL', null));

-- in_white_space: a text between tabs or no-break spaces, by the share of lines; mostly as it is.
create macro in_white_space(key, text) as if(
    happens(key, 'white_space'),
    draw_from(key, 'white space', [chr(9), chr(160)]) || text || draw_from(key, 'white space', [chr(9), chr(160)]),
    text
);

-- otherwise_written: a charge in a spelling that is less usual, by the shares of counts; mostly as it is.
create macro otherwise_written(key, text) as case
    when text = '' then text
    when happens(key, 'doubtful_charge') then draw_from(key, 'doubt', [
        '1 CT ' || text,
        'COUNT 1 ' || text,
        'CT1: ' || text,
        'VIOLATION OF ' || text,
        regexp_replace(text, ' ?(HS|PC|VC|BP|WI|GC) ?-', '-'),
        regexp_replace(text, ' ?(HS|PC|VC|BP|WI|GC) ?-', ' XX-'),
        'CHARGE ILLEGIBLE',
        ''
    ])
    when text similar to '664[/-].*' and happens(key, 'attempt_in_words') then draw_from(key, 'attempt', [
        regexp_replace(text, '^664[/-]', '664 '),
        regexp_replace(text, '^664[/-](.*?(HS|PC)) ?-', '\1-')
    ])
    when text similar to '[0-9.]+[A-Z]?(\([A-Z0-9]\))* (HS|PC)-.*' and happens(key, 'two_statutes')
        then regexp_replace(
            text, ' (HS|PC)-', if(contains(text, ' HS-'), '/11357(B) HS-', '/459 PC-')
        )
    when happens(key, 'set_off_code') then regexp_replace(
        text,
        ' (HS|PC|VC|BP|WI|GC) ?- ?',
        draw_from(key, 'set off', [', \1 ', ',\1-', '-\1-', ' - \1 - ', '_\1_', ' (\1) ', '(\1)-', ' [\1] '])
    )
    else text
end;

-- The 58 counties: the DOJ's county code and the weight of a county among "the other counties" (people,
-- thousands).
create table counties as
select *
from (
    values
    ('01', 'ALAMEDA', 1671), ('02', 'ALPINE', 1), ('03', 'AMADOR', 40), ('04', 'BUTTE', 219),
    ('05', 'CALAVERAS', 46), ('06', 'COLUSA', 22), ('07', 'CONTRA COSTA', 1153), ('08', 'DEL NORTE', 28),
    ('09', 'EL DORADO', 193), ('10', 'FRESNO', 999), ('11', 'GLENN', 28), ('12', 'HUMBOLDT', 136),
    ('13', 'IMPERIAL', 181), ('14', 'INYO', 18), ('15', 'KERN', 900), ('16', 'KINGS', 153),
    ('17', 'LAKE', 64), ('18', 'LASSEN', 31), ('19', 'LOS ANGELES', 10039), ('20', 'MADERA', 157),
    ('21', 'MARIN', 259), ('22', 'MARIPOSA', 17), ('23', 'MENDOCINO', 87), ('24', 'MERCED', 278),
    ('25', 'MODOC', 9), ('26', 'MONO', 14), ('27', 'MONTEREY', 434), ('28', 'NAPA', 138),
    ('29', 'NEVADA', 100), ('30', 'ORANGE', 3176), ('31', 'PLACER', 398), ('32', 'PLUMAS', 19),
    ('33', 'RIVERSIDE', 2471), ('34', 'SACRAMENTO', 1552), ('35', 'SAN BENITO', 63),
    ('36', 'SAN BERNARDINO', 2180), ('37', 'SAN DIEGO', 3338), ('38', 'SAN FRANCISCO', 882),
    ('39', 'SAN JOAQUIN', 762), ('40', 'SAN LUIS OBISPO', 283), ('41', 'SAN MATEO', 767),
    ('42', 'SANTA BARBARA', 446), ('43', 'SANTA CLARA', 1928), ('44', 'SANTA CRUZ', 273),
    ('45', 'SHASTA', 180), ('46', 'SIERRA', 3), ('47', 'SISKIYOU', 44), ('48', 'SOLANO', 448),
    ('49', 'SONOMA', 494), ('50', 'STANISLAUS', 551), ('51', 'SUTTER', 97), ('52', 'TEHAMA', 65),
    ('53', 'TRINITY', 12), ('54', 'TULARE', 466), ('55', 'TUOLUMNE', 54), ('56', 'VENTURA', 846),
    ('57', 'YOLO', 221), ('58', 'YUBA', 79)
) as listed (code, name, weight);

-- Offense texts by kind, in the spellings that extracts have. level: F, M, I as the law has it; W either
-- felony or misdemeanor; FM a felony until Proposition 64 took effect and a misdemeanor mostly after; MI a
-- misdemeanor until 2011 and an infraction after.
create table offense_texts as
select
    row_number() over () as offense,
    *,
    -- what a short comment would name: the text up to and with the code
    coalesce(nullif(regexp_extract(text, '^(.*? ?(HS|PC|VC|BP|WI|GC))', 1), ''), text) as short_text
from (
    values
    ('prop64', 'W', 6, '11357(A) HS-POSSESS CONCENTRATED CANNABIS'),
    ('prop64', 'W', 2, '11357(A) HS-POSS CONCENTRATED CANNABIS'),
    ('prop64', 'W', 2, '11357A HS-POSS CONCENTRATED CANNABIS'),
    ('prop64', 'MI', 12, '11357(B) HS-POSS MARIJ 28.5 GRAMS OR LESS'),
    ('prop64', 'MI', 3, '11357(B) HS-POSS MARIJUANA 28.5- GRAMS'),
    ('prop64', 'MI', 1, '11357(b)HS-POSSESS MARIJUANA'),
    ('prop64', 'MI', 2, '11357B HS-POSS MARIJ LESS THAN 1 OZ'),
    ('prop64', 'M', 5, '11357(C) HS-POSS MARIJUANA OVER 1 OZ/28.5 GRAM'),
    ('prop64', 'M', 1, '11357(C)HS-POSSESS MARIJUANA'),
    ('prop64', 'M', 1, '11357(D) HS-POSS MARIJ AT SCHOOL: 18+'),
    ('prop64', 'I', 1, '11357(E) HS-POSS MARIJ AT SCHOOL: UNDER 18'),
    ('prop64', 'W', 6, '11357 HS-POSSESS MARIJUANA'),
    ('prop64', 'W', 1, '11357 HS - POSSESS MARIJUANA'),
    ('prop64', 'FM', 11, '11358 HS-PLANT/CULTIVATE/ETC MARIJUANA/HASH'),
    ('prop64', 'FM', 2, '11358 HS-CULTIVATE MARIJUANA'),
    ('prop64', 'FM', 1, '11358(C) HS-CULTIVATE 6+ PLANTS: 18+'),
    ('prop64', 'FM', 1, '11358(A) HS-CULTIVATE MARIJUANA: UNDER 18'),
    ('prop64', 'FM', 1, '11358 PLANT/CULTIVATE MARIJUANA'),
    ('prop64', 'FM', 18, '11359 HS-POSSESS MARIJUANA/HASHISH FOR SALE'),
    ('prop64', 'FM', 5, '11359 HS-POSS MARIJUANA FOR SALE'),
    ('prop64', 'FM', 3, '11359 HS - POSS'),
    ('prop64', 'FM', 2, '11359 HS - POSS MARIJUANA FOR SALE'),
    ('prop64', 'FM', 2, '11359(B) HS-POSS MARIJUANA FOR SALE: 18+'),
    ('prop64', 'FM', 1, '11359(C)(3) HS-POSS MARIJ FOR SALE TO MINOR'),
    ('prop64', 'FM', 1, '11359(D) HS-POSS MARIJ FOR SALE W/PERSON UNDER 21'),
    ('prop64', 'FM', 1, '11359HS-POSS MARIJUANA FOR SALE'),
    ('prop64', 'FM', 11, '11360(A) HS-GIVE/ETC MARIJ OVER 1 OZ/28.5 GRM'),
    ('prop64', 'FM', 4, '11360(A) HS-TRANSPORT/SELL/FURNISH/ETC MARIJ'),
    ('prop64', 'FM', 2, '11360A HS-TRANSPORT/SELL MARIJUANA'),
    ('prop64', 'FM', 1, '11360(A)(2) HS-TRANSPORT/ETC MARIJUANA: 18+'),
    ('prop64', 'FM', 1, '11360A2 HS-SELL MARIJUANA'),
    ('prop64', 'FM', 1, '11360(A)(3)(C) HS-SELL MARIJ TO MINOR'),
    ('prop64', 'MI', 3, '11360(B) HS-GIVE/ETC MARIJ UNDER 1 OZ/28.5 GRM'),
    ('prop64', 'MI', 2, '11360(B) SELL/FURNISH'),
    ('prop64', 'FM', 3, '11360 HS-SELL/FURNISH/ETC MARIJUANA/HASHISH'),
    ('prop64', 'W', 1, '664/11357(A) HS-ATT POSSESS CONC CANNABIS'),
    ('prop64', 'M', 1, '664/11357(B) HS-ATT POSS MARIJUANA'),
    ('prop64', 'FM', 1, '664/11358 HS-ATT CULTIVATE MARIJUANA'),
    ('prop64', 'FM', 1, '664/11359 HS-ATT POSS MARIJUANA FOR SALE'),
    ('prop64', 'FM', 1, '664-11360(A) HS-ATT TRANSPORT/SELL MARIJ'),
    ('prop64', 'FM', 1, '664/11360(A) HS-ATT TRANSPORT/SELL MARIJ'),

    ('lookalike', 'M', 3, '11357.5 HS-SYNTHETIC CANNABINOID'),
    ('lookalike', 'M', 2, '11357.5(A) HS-SELL SYNTHETIC CANNABINOID'),
    ('lookalike', 'I', 2, '11357.5(B) HS-USE/POSS SYNTHETIC CANNABINOID'),
    ('lookalike', 'F', 3, '182/11359 HS-CONSP:POSS MARIJUANA FOR SALE'),
    ('lookalike', 'F', 2, '182/11360(A) HS-CONSP:TRANSPORT/SELL MARIJ'),
    ('lookalike', 'F', 1, '182-11358 HS-CONSP:CULTIVATE MARIJUANA'),
    ('lookalike', 'W', 2, '32/11360 HS-ACCESSORY:SELL MARIJUANA'),
    ('lookalike', 'W', 1, '32/11359 HS-ACCESSORY:POSS MARIJ FOR SALE'),
    ('lookalike', 'F', 2, '11361(A) HS-EMPLOY MINOR SELL MARIJUANA'),
    ('lookalike', 'F', 2, '11361(B) HS-FURNISH MARIJUANA TO MINOR 14+'),
    ('lookalike', 'I', 1, '11362.3(A)(1) HS-SMOKE MARIJUANA IN PUBLIC'),
    ('lookalike', 'F', 1, '11362.3(A)(6) HS-MANUFACTURE CONC CANNABIS'),

    ('related', 'M', 10, '647(F) PC-DISORDERLY CONDUCT:UNDER INFL DRUG'),
    ('related', 'M', 3, '647F PC-DISORD CONDUCT:INTOX DRUG/ALC'),
    ('related', 'M', 3, '602 PC-TRESPASSING'),
    ('related', 'M', 2, '602(L) PC-TRESPASS:OCCUPY PROPERTY W/O CONSENT'),
    ('related', 'M', 2, '602.5 PC-UNAUTH ENTRY OF DWELLING'),
    ('related', 'M', 2, '466 PC-POSSESS BURGLARY TOOLS'),
    ('related', 'M', 4, '148 PC - RESISTING A PEACE OFFICER'),
    ('related', 'M', 8, '148(A)(1) PC-OBSTRUCT/ETC PUB OFCR/ETC'),
    ('related', 'M', 4, '148.9(A) PC-FALSE ID TO SPECIF PEACE OFCRS'),
    ('related', 'M', 1, '148.9 PC-FALSE ID TO PEACE OFFICER'),
    ('related', 'W', 3, '1320(A) PC-FTA:OWN RECOGNIZANCE'),
    ('related', 'W', 1, '1320 PC-FAILURE TO APPEAR'),
    ('related', 'M', 8, '11364 HS-POSSESS CONTROLLED SUB PARAPHERNALIA'),
    ('related', 'M', 2, '11364(A) HS-POSS UNLAWFUL PARAPHERNALIA'),
    ('related', 'M', 8, '11550(A) HS-USE/UNDER INFL CONTRLD SUBSTANCE'),
    ('related', 'M', 2, '11550 HS-UNDER INFL CONTROLLED SUBSTANCE'),
    ('related', 'M', 3, '4140 BP-POSSESS HYPODERMIC NEEDLE/SYRINGE'),
    ('related', 'M', 2, '4149 BP - UNLICENSED SALE OF NEEDLES'),
    ('related', 'M', 7, '4060 BP-POSS CNTL SUB W/O PRESCRIPTION'),
    ('related', 'M', 3, '40508(A) VC-FAILURE TO APPEAR:WRITTEN PROMISE'),
    ('related', 'M', 1, '40508 VC-FAILURE TO APPEAR'),

    ('plea', 'W', 5, '32 PC-ACCESSORY'),
    ('plea', 'W', 4, '11366 HS-KEEP PLACE TO SELL/ETC CNTL SUB'),
    ('plea', 'W', 2, '11366.5(A) HS-RENT/ETC SPACE TO STORE/SELL CNTL SUB'),
    ('plea', 'W', 1, '11366.5 HS-MANAGE PLACE TO MAKE/STORE CNTL SUB'),

    ('superstrike', 'F', 4, '187(A) PC-MURDER'),
    ('superstrike', 'F', 2, '187 PC-MURDER'),
    ('superstrike', 'F', 3, '664/187(A) PC-ATTEMPTED MURDER'),
    ('superstrike', 'F', 1, '664/187 PC-ATTEMPTED MURDER'),
    ('superstrike', 'F', 2, '191.5(A) PC-GROSS VEH MANSL WHILE INTOX'),
    ('superstrike', 'F', 2, '205 PC-AGGRAVATED MAYHEM'),
    ('superstrike', 'F', 2, '209(B)(1) PC-KIDNAP TO COMMIT ROBBERY'),
    ('superstrike', 'F', 1, '206 PC-TORTURE'),
    ('superstrike', 'F', 1, '217.1(B) PC-ATT MURDER:GOVERNMENT OFCL'),
    ('superstrike', 'F', 1, '245(D)(3) PC-ADW MACHINE GUN:PEACE OFFICER'),
    ('superstrike', 'F', 1, '653F(B) PC-SOLICIT MURDER'),
    ('superstrike', 'F', 1, '4500 PC-ASLT BY LIFE PRISONER'),
    ('superstrike', 'F', 2, '261(A)(2) PC-RAPE BY FORCE/FEAR'),
    ('superstrike', 'F', 1, '264.1 PC-RAPE IN CONCERT W/FORCE'),
    ('superstrike', 'F', 1, '269(A) PC-AGGRAVATED SEX ASSAULT CHILD'),
    ('superstrike', 'F', 1, '288.5(A) PC-CONT SEX ABUSE OF CHILD'),

    ('registrable', 'F', 4, '288(A) PC-LEWD OR LASCV ACTS W/CHILD UND 14'),
    ('registrable', 'F', 1, '664/288(A) PC-ATT LEWD OR LASCV ACTS W/CHILD'),
    ('registrable', 'W', 3, '243.4(A) PC-SEXUAL BATTERY'),
    ('registrable', 'M', 2, '243.4(E)(1) PC-SEXUAL BATTERY'),
    ('registrable', 'M', 3, '314(1) PC-INDECENT EXPOSURE'),
    ('registrable', 'M', 1, '314.1 PC-INDECENT EXPOSURE'),
    ('registrable', 'M', 2, '647.6(A) PC-ANNOY/MOLEST CHILD'),
    ('registrable', 'M', 1, '647A PC-ANNOY/MOLEST CHILDREN'),
    ('registrable', 'F', 1, '220 PC-ASLT TO COMMIT RAPE/ETC'),
    ('registrable', 'F', 1, '266H(B) PC-PIMPING A MINOR'),
    ('registrable', 'F', 1, '266J PC-PROCURE CHILD UND 16:LEWD ACTS'),
    ('registrable', 'W', 1, '288.2(A) PC-HARMFUL MATTER SENT TO MINOR'),
    ('registrable', 'F', 1, '289(A) PC-SEXUAL PENETRATION BY FORCE'),
    ('registrable', 'W', 2, '311.11(A) PC-POSS/ETC OBSCENE MATTER:MINOR'),

    -- membership of a statute list depends on a fact outside the extract
    ('depends', 'F', 3, '261 PC-RAPE'),
    ('depends', 'F', 2, '207(A) PC-KIDNAPPING'),
    ('depends', 'F', 1, '286 PC-SODOMY'),
    ('depends', 'F', 1, '288A PC-ORAL COPULATION'),
    ('depends', 'M', 1, '314 PC-INDECENT EXPOSURE'),
    ('depends', 'M', 2, '272 PC-CONTRIB DELINQUENCY OF MINOR'),
    ('depends', 'F', 1, '220 PC- COMMIT MAYHEM'),
    ('depends', 'F', 1, '236.1(C) PC-HUMAN TRAFFICKING OF MINOR'),

    ('gang_enhancement', 'F', 1, '186.22(B)(4) PC-STREET GANG ENH:LIFE TERM'),
    ('gang_partner', 'F', 3, '136.1(A)(1) PC-PREVENT/DISSUADE WIT/VICTIM'),
    ('gang_partner', 'F', 2, '136.1 PC-INTIMIDATE WITNESS/VICTIM'),
    ('gang_partner', 'F', 2, '215(A) PC-CARJACKING'),
    ('gang_partner', 'F', 2, '213(A)(1)(A) PC-HOME INVASION ROBBERY IN CONCERT'),
    ('gang_partner', 'F', 3, '246 PC-SHOOT AT INHABITED DWELL/VEH/ETC'),
    ('gang_partner', 'F', 1, '519 PC-EXTORTION BY THREATS'),
    ('gang_partner', 'F', 1, '12022.55 PC-DISCHARGE FIREARM FROM VEHICLE'),

    ('registration', 'N', 3, '290 PC-REGISTRATION OF SEX OFFENDER'),
    ('registration', 'N', 1, '290(A) PC-REGISTRATION OF SEX OFFENDER'),
    ('drug_registration', 'N', 1, '11590 HS-REGISTRATION OF CNTL SUB OFFNDR'),

    -- sections that hold or resemble the number of another list, and must not be taken for it
    ('ordinary', 'W', 2, '137(B) PC-INFLUENCE TESTIMONY BY FRAUD'),
    ('ordinary', 'W', 4, '537(A) PC-DEFRAUD INNKEEPER'),
    ('ordinary', 'F', 2, '186.22(A) PC-PARTICIPATE:CRIM ST GANG'),
    ('ordinary', 'W', 3, '261.5(C) PC-SEX W/MINOR:3+ YRS YOUNGER'),
    ('ordinary', 'F', 2, '192(A) PC-VOLUNTARY MANSLAUGHTER'),
    ('ordinary', 'M', 2, '192(C)(2) PC-VEH MANSL W/O GROSS NEGLIGENCE'),
    ('ordinary', 'M', 2, '647(B) PC-DISORDERLY CONDUCT:PROSTITUTION'),
    ('ordinary', 'M', 1, '653M(A) PC-ANNOYING PHONE CALLS'),
    ('ordinary', 'M', 1, '11366.8(A) HS-FALSE COMPARTMENT:CONCEAL CNTL SUB'),
    ('ordinary', 'F', 2, '182(A)(1) PC-CONSPIRACY:COMMIT CRIME'),
    ('ordinary', 'F', 12, '211 PC-ROBBERY'),
    ('ordinary', 'F', 2, '664/211 PC-ATTEMPTED ROBBERY'),
    ('ordinary', 'F', 5, '212.5(B) PC-ROBBERY:SECOND DEGREE'),
    ('ordinary', 'M', 6, '242 PC-BATTERY'),
    ('ordinary', 'M', 5, '243(E)(1) PC-BATTERY:SPOUSE/EX SP/DATE/ETC'),
    ('ordinary', 'M', 3, '243(B) PC-BATTERY ON PEACE OFFICER'),
    ('ordinary', 'W', 2, '243(D) PC-BATTERY W/SERIOUS BODILY INJURY'),
    ('ordinary', 'M', 3, '240 PC-ASSAULT'),
    ('ordinary', 'W', 12, '245(A)(1) PC-FORCE/ADW NOT FIREARM:GBI LIKELY'),
    ('ordinary', 'F', 3, '245(A)(2) PC-ASSAULT W/FIREARM ON PERSON'),
    ('ordinary', 'F', 1, '246.3 PC-WILL DISCHARGE FIREARM NEGLIG'),
    ('ordinary', 'W', 10, '273.5(A) PC-INFLICT CORPORAL INJ SPOUSE/COHAB'),
    ('ordinary', 'W', 3, '273A(A) PC-WILLFUL CRUELTY TO CHILD:INJ/DEATH'),
    ('ordinary', 'M', 4, '273.6(A) PC-VIOL ORD:PREVENT DOMESTIC VIOLENCE'),
    ('ordinary', 'W', 5, '422 PC-THREATEN CRIME W/INTENT TO TERRORIZE'),
    ('ordinary', 'F', 16, '459 PC-BURGLARY'),
    ('ordinary', 'F', 6, '459-460.2 PC-BURGLARY:SECOND DEGREE'),
    ('ordinary', 'F', 5, '459/460 PC-BURGLARY:FIRST DEGREE'),
    ('ordinary', 'W', 2, '664/459 PC-ATTEMPTED BURGLARY'),
    ('ordinary', 'M', 3, '459.5(A) PC-SHOPLIFTING'),
    ('ordinary', 'W', 4, '470(D) PC-FORGERY'),
    ('ordinary', 'W', 3, '476A(A) PC-INSUF FUNDS:CHECKS'),
    ('ordinary', 'W', 2, '475(C) PC-PASS COMPLETED CHECK:DEFRAUD'),
    ('ordinary', 'M', 14, '484(A) PC-THEFT'),
    ('ordinary', 'W', 2, '484E(D) PC-USE ACCESS ACCOUNT INFO W/O CONSENT'),
    ('ordinary', 'F', 6, '487(A) PC-GRAND THEFT:MONEY/LABOR/PROPERTY'),
    ('ordinary', 'W', 3, '487(D)(1) PC-GRAND THEFT AUTO'),
    ('ordinary', 'M', 8, '488 PC-PETTY THEFT'),
    ('ordinary', 'W', 10, '496(A) PC-RECEIVE/ETC KNOWN STOLEN PROPERTY'),
    ('ordinary', 'W', 3, '530.5(A) PC-GET CREDIT/ETC OTHERS ID'),
    ('ordinary', 'W', 5, '594(A) PC-VANDALISM'),
    ('ordinary', 'M', 3, '594(B)(2)(A) PC-VANDALISM:DEFACE PROPERTY'),
    ('ordinary', 'W', 8, '666 PC-PETTY THEFT W/PR JAIL:SPEC OFFENSES'),
    ('ordinary', 'M', 2, '415 PC-FIGHT/CHALLENGE FIGHT PUBLIC PLACE'),
    ('ordinary', 'M', 2, '415(1) PC-FIGHT IN PUBLIC PLACE'),
    ('ordinary', 'M', 4, '417(A)(1) PC-EXHIBIT DEADLY WPN:NOT FIREARM'),
    ('ordinary', 'W', 2, '69 PC-OBSTRUCT/RESIST EXEC OFCR'),
    ('ordinary', 'M', 2, '166(A)(4) PC-CONTEMPT:DISOBEY COURT ORDER'),
    ('ordinary', 'W', 2, '4573 PC-BRING CNTL SUB INTO PRISON/JAIL'),
    ('ordinary', 'F', 6, '12021(A)(1) PC-FELON/ADDICT/ETC POSS FIREARM'),
    ('ordinary', 'F', 4, '29800(A)(1) PC-FELON/ADDICT POSS FIREARM'),
    ('ordinary', 'W', 4, '12020(A) PC-POSS/MFG/SELL DANGEROUS WEAPON'),
    ('ordinary', 'W', 4, '12025(A) PC-CARRY CONCEALED WEAPON'),
    ('ordinary', 'M', 3, '12031(A)(1) PC-CARRY LOADED FIREARM:PUBLIC PLACE'),
    ('ordinary', 'W', 1, '25850(A) PC-CARRY LOADED FIREARM:PUBLIC'),
    ('ordinary', 'F', 3, '1203.2 PC-PROBATION VIOL:REARREST/REVOKE'),
    ('ordinary', 'F', 4, '3056 PC-VIOLATION OF PAROLE'),
    ('ordinary', 'M', 4, '853.7 PC-FTA AFTER WRITTEN PROMISE'),
    ('ordinary', 'F', 24, '11350(A) HS-POSSESS NARCOTIC CONTROL SUBSTANCE'),
    ('ordinary', 'F', 10, '11351 HS-POSS/PURCHASE FOR SALE NARC/CNTL SUB'),
    ('ordinary', 'F', 6, '11351.5 HS-POSS/PURCH COCAINE BASE F/SALE'),
    ('ordinary', 'F', 8, '11352(A) HS-TRANSPORT/SELL NARC/CNTL SUB'),
    ('ordinary', 'F', 1, '11353 HS-ADULT INDUCE/ETC MINOR:CNTL SUB'),
    ('ordinary', 'M', 2, '11355 HS-SELL/ETC IN LIEU OF CNTL SUB'),
    ('ordinary', 'M', 2, '11365(A) HS-VISIT WHERE CNTL SUBSTANCE USED'),
    ('ordinary', 'F', 2, '11370.1(A) HS-POSS CNTL SUB WHILE ARMED'),
    ('ordinary', 'W', 22, '11377(A) HS-POSSESS CONTROLLED SUBSTANCE'),
    ('ordinary', 'F', 10, '11378 HS-POSSESS CNTL SUB FOR SALE'),
    ('ordinary', 'F', 5, '11379(A) HS-TRANSPORT/SELL CONTROLLED SUB'),
    ('ordinary', 'F', 1, '11379.6(A) HS-MANUFACTURE/ETC CNTL SUB'),
    ('ordinary', 'F', 1, '11383(C) HS-POSS SUBSTANCE TO MFG METHAMPHET'),
    ('ordinary', 'M', 1, '11532(A) HS-LOITER FOR DRUG ACTIVITIES'),
    ('ordinary', 'M', 2, '4143 BP-SELL HYPODERMIC W/O PERMIT'),
    ('ordinary', 'M', 1, '25658(A) BP-FURNISH/ETC LIQUOR TO MINOR'),
    ('ordinary', 'M', 2, '25662(A) BP-MINOR POSS LIQUOR'),
    ('ordinary', 'I', 2, '25620 BP-OPEN CONTAINER IN PUBLIC'),
    ('ordinary', 'M', 1, '7028(A) BP-CONTRACT WITHOUT LICENSE'),
    ('ordinary', 'W', 10, '10851(A) VC-TAKE VEH W/O OWN CONSENT/VEH THEFT'),
    ('ordinary', 'F', 2, '503 VC-TAKE CAR W/OUT OWNERS CONSENT'),
    ('ordinary', 'M', 1, '10852 VC-BREAKING OR REMOVING VEHICLE PARTS'),
    ('ordinary', 'M', 6, '12500(A) VC-DRIVE W/O LICENSE'),
    ('ordinary', 'M', 10, '14601.1(A) VC-DRIVE WHILE LIC SUSPEND/ETC'),
    ('ordinary', 'M', 4, '14601.2(A) VC-DRIVE:LIC SUSPENDED FOR DUI'),
    ('ordinary', 'M', 2, '20002(A) VC-HIT AND RUN:PROPERTY DAMAGE'),
    ('ordinary', 'F', 1, '20001(A) VC-HIT AND RUN:DEATH OR INJURY'),
    ('ordinary', 'M', 3, '23103 VC-RECKLESS DRIVING'),
    ('ordinary', 'M', 1, '23103(A) VC-RECKLESS DRIVING'),
    ('ordinary', 'M', 16, '23152(A) VC-DUI ALCOHOL/DRUGS'),
    ('ordinary', 'M', 14, '23152(B) VC-DUI ALCOHOL/0.08 PERCENT'),
    ('ordinary', 'W', 1, '23153(A) VC-DUI ALCOHOL/DRUGS CAUSE BODILY INJ'),
    ('ordinary', 'I', 2, '23222(B) VC-POSS MARIJUANA WHILE DRIVING'),
    ('ordinary', 'I', 1, '23222(A) VC-OPEN CONTAINER WHILE DRIVING'),
    ('ordinary', 'I', 3, '22350 VC-UNSAFE SPEED'),
    ('ordinary', 'F', 2, '2800.2(A) VC-EVADE PEACE OFFICER:WANTON DISRGRD'),
    ('ordinary', 'M', 2, '2800.1(A) VC-EVADE PEACE OFFICER'),
    ('ordinary', 'I', 1, '16028(A) VC-NO PROOF OF FINANCIAL RESPONS'),
    ('ordinary', 'M', 1, '31 VC-FALSE INFORMATION TO PEACE OFFICER'),
    ('ordinary', 'M', 2, '10980(C)(2) WI-FRAUD TO OBTAIN AID'),
    ('ordinary', 'M', 1, '871(A) WI-ESCAPE JUVENILE FACILITY'),
    ('ordinary', 'M', 1, '602 WI-JUVENILE COURT WARD'),
    ('ordinary', 'F', 1, '1768.7(A) WI-ESCAPE YOUTH AUTHORITY'),
    ('ordinary', 'M', 1, '27176 GC-INTERFERE W/OFFICIAL')
) as listed (kind, level, weight, text);

-- One row per unit of weight: a draw among a kind's slots is a draw by weight, and an equality join.
create table offense_slots as
select
    kind,
    row_number() over (partition by kind order by offense, unit) - 1 as slot,
    count(*) over (partition by kind) as slots,
    offense,
    level,
    text,
    short_text
from offense_texts, range(weight) as units (unit);

-- Where a cycle outside the run's county takes place: all other counties by population, but half of the
-- cycles in the counties of the variable also_counties, where there are any.
create table county_slots as
with others as (
    select code, name, weight
    from counties
    where name != getvariable('county')
),

weighed as (
    select code, name, weight from others
    union all
    select
        others.code,
        others.name,
        cast(round((select sum(weight) from others) / len(getvariable('also_counties'))) as integer) as weight
    from others
    where list_contains(getvariable('also_counties'), others.name)
),

bounds as (
    select code, name, sum(weight) over (order by code, weight) as upper_bound, weight
    from weighed
)

select
    code,
    name,
    upper_bound - weight as lower_bound,
    upper_bound,
    sum(weight) over () as total
from bounds;

-- What the kinds of event look like: the step's code and words, and the agency that reports it.
create table event_types as
select *
from (
    values
    ('arrest', 'AR', 'ARREST/DETAINED/CITED', 'PD', 'POLICE DEPARTMENT', 'CAPD'),
    ('court', 'CT', 'COURT ACTION', 'SC', 'SUPERIOR COURT', 'CASC'),
    ('set_aside', 'CT', 'COURT ACTION', 'SC', 'SUPERIOR COURT', 'CASC'),
    ('probation', 'PB', 'PROBATION', 'PO', 'PROBATION OFFICE', 'CAPO'),
    ('custody', 'CU', 'CUSTODY', 'SO', 'SHERIFF', 'CASO'),
    ('applicant', 'AP', 'APPLICANT', 'SO', 'SHERIFF', 'CASO'),
    ('registration', 'RG', 'REGISTRATION', 'PD', 'POLICE DEPARTMENT', 'CAPD'),
    ('drug_registration', 'RG', 'REGISTRATION', 'PD', 'POLICE DEPARTMENT', 'CAPD'),
    ('deceased', 'DC', 'DECEASED', 'CO', 'CORONER', 'CACO')
) as listed (event_type, type_code, type_description, agency_code, agency_description, agency_prefix);

create macro family_names() as [
    'ABBOTT', 'ADAMS', 'AGUILAR', 'ALLEN', 'ALVAREZ', 'ANDERSON', 'ARMSTRONG', 'BAILEY', 'BAKER', 'BARNES',
    'BELL', 'BENNETT', 'BROOKS', 'BROWN', 'BRYANT', 'BUI', 'BUTLER', 'CAMPBELL', 'CARTER', 'CASTILLO',
    'CASTRO', 'CHAN', 'CHAVEZ', 'CHEN', 'CLARK', 'COLEMAN', 'COLLINS', 'COOK', 'COOPER', 'COX', 'CRUZ',
    'DAVIS', 'DE LA CRUZ', 'DE LEON', 'DIAZ', 'EDWARDS', 'ESTRADA', 'EVANS', 'FISHER', 'FLORES', 'FOSTER',
    'GARCIA', 'GARZA', 'GIBSON', 'GOMEZ', 'GONZALEZ', 'GRAY', 'GREEN', 'GRIFFIN', 'GUTIERREZ', 'HALL',
    'HARRIS', 'HENDERSON', 'HERNANDEZ', 'HERRERA', 'HILL', 'HOWARD', 'HUGHES', 'JACKSON', 'JAMES', 'JENKINS',
    'JIMENEZ', 'JOHNSON', 'JONES', 'KELLY', 'KIM', 'KING', 'LE', 'LEE', 'LEWIS', 'LONG', 'LOPEZ', 'MARTIN',
    'MARTINEZ', 'MENDOZA', 'MILLER', 'MITCHELL', 'MOORE', 'MORALES', 'MORGAN', 'MUÑOZ', 'MURPHY', 'NELSON',
    'NGUYEN', 'NUÑEZ', 'O''BRIEN', 'ORTIZ', 'PARKER', 'PATEL', 'PEÑA', 'PEREZ', 'PETERSON', 'PHAM',
    'PHILLIPS', 'POWELL', 'PRICE', 'RAMIREZ', 'RAMOS', 'REED', 'REYES', 'RICHARDSON', 'RIVERA', 'ROBERTS',
    'ROBINSON', 'RODRIGUEZ', 'ROGERS', 'ROMERO', 'ROSS', 'RUIZ', 'SALAZAR', 'SANCHEZ', 'SANDERS', 'SCOTT',
    'SINGH', 'SMITH', 'SMITH-JONES', 'SOTO', 'STEWART', 'SULLIVAN', 'TAYLOR', 'THOMAS', 'THOMPSON', 'TORRES',
    'TRAN', 'TURNER', 'VALDEZ', 'VANG', 'VARGAS', 'WALKER', 'WARD', 'WASHINGTON', 'WATSON', 'WHITE',
    'WILLIAMS', 'WILSON', 'WONG', 'WOOD', 'WRIGHT', 'XIONG', 'YANG', 'YOUNG'
];

create macro given_names(gender) as if(
    gender = 'F',
    [
        'ALICIA', 'AMANDA', 'ANA', 'ANGELA', 'BARBARA', 'CARMEN', 'CHRISTINA', 'CYNTHIA', 'DEBORAH', 'DIANA',
        'ELENA', 'ELIZABETH', 'ERICA', 'GLORIA', 'JENNIFER', 'JESSICA', 'KAREN', 'KIM', 'LATOYA', 'LAURA',
        'LINDA', 'LISA', 'MAI', 'MARIA', 'MARY', 'MICHELLE', 'NICOLE', 'PATRICIA', 'ROSA', 'SANDRA', 'SARAH',
        'TAMARA', 'TERESA', 'VANESSA'
    ],
    [
        'AARON', 'ALBERTO', 'ANDRE', 'ANDREW', 'ANTHONY', 'BRANDON', 'BRIAN', 'CARLOS', 'CHARLES',
        'CHRISTOPHER', 'DANIEL', 'DARNELL', 'DAVID', 'EDUARDO', 'ERIC', 'FRANCISCO', 'GARY', 'HECTOR',
        'JAMES', 'JASON', 'JESUS', 'JOHN', 'JORGE', 'JOSE', 'JUAN', 'KEVIN', 'KENNETH', 'LUIS', 'MANUEL',
        'MARCUS', 'MARK', 'MICHAEL', 'MIGUEL', 'PAUL', 'PETER', 'RAYMOND', 'RICHARD', 'ROBERT', 'RYAN',
        'SCOTT', 'STEVEN', 'THOMAS', 'TIMOTHY', 'TOU', 'TYRONE', 'WILLIAM'
    ]
);
