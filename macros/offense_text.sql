{#
    The grammar of a charge in an extract: `664/11360(A) HS-ATT TRANSPORT`.
#}

{# Abbreviations of the California codes that a charge may name, and of other laws that it may name
   instead (MC municipal code, CO county ordinance, CF federal regulations, US federal law). #}
{% macro statute_codes() -%}
    {{ return([
        'BP', 'CC', 'CF', 'CI', 'CO', 'CR', 'EC', 'EL', 'EV', 'FA', 'FC', 'FG', 'FI', 'GC', 'HN', 'HS', 'IC', 'LC',
        'MC', 'MVC', 'MV', 'PC', 'PR', 'PU', 'RT', 'SH', 'UI', 'US', 'VC', 'WC', 'WI'
    ]) }}
{%- endmacro %}


{# The pattern of any of these codes. It allows dots, an & and blanks between the letters (H & S, P.C.),
   or only the characters of `between`. #}
{% macro code_pattern(but=[], between='[ &.]{0,3}') -%}
    {%- set codes = [] -%}
    {%- for code in statute_codes() if code not in but -%}
        {%- do codes.append(code | list | join(between)) -%}
    {%- endfor -%}
    {{ return('(?:' ~ codes | join('|') ~ ')[.]?') }}
{%- endmacro %}


{# The pattern of a code after a statute: after blanks, a dash, a comma or an underscore, or in brackets.
   CO and US are also words (CO-DEFENDANT), so they are a code only after blanks. A code that touches the
   statute has no blank: the B of 273AB P.C. does not belong to BP. #}
{% macro code_behind_pattern() -%}
    {%- set sure = code_pattern(but=['CO', 'US']) -%}
    {{ return(
        '(?:' ~ code_pattern(between='[&.]{0,3}') ~ '|\\s+' ~ code_pattern() ~ '|[\\s,_-]+' ~ sure
        ~ '|[\\s,_-]*[(\\[]\\s*' ~ sure ~ '\\s*[)\\]])'
    ) }}
{%- endmacro %}


{# The pattern of a section's number, with its decimals. #}
{% macro section_number_pattern() -%}
    {{ return('[0-9]+(?:\\s*\\.\\s*[0-9]+)?') }}
{%- endmacro %}


{# The pattern of the characters that may touch the number: A of 11357A and of 288A, A2 of 11360A2, A.1 of
   337A.1, the second decimal. It takes as few letters as possible: the others may belong to the code. #}
{% macro section_letters_pattern() -%}
    {{ return('(?:[A-Z]{0,2}\\.[0-9]{1,2}|[A-Z]{1,2}?(?:[0-9]{1,2}[A-Z]??)??)??') }}
{%- endmacro %}


{# The pattern of subdivisions in brackets. #}
{% macro section_brackets_pattern() -%}
    {{ return('(?:\\s*\\(\\s*[A-Z0-9]+\\s*\\)[0-9]{0,2})*') }}
{%- endmacro %}


{# The parts of a charge: a struct of texts as written, '' for a missing part. All are '' if the text is not
   a charge.
   lead         a word before the statute: CHRG, SCN, or the code (PC 187, H & S 11359)
   lead_gap     the text between that word and the statute
   prefix       attempt 664/, conspiracy 182/, accessory 32/, each with subdivisions, in any combination; an attempt
                may also have a blank (664 187 PC)
   number       the section's number with its decimals
   letters      letters and digits right after the number: A of 11357A and of 288A, A2 of 11360A2
   brackets     subdivisions in brackets: (C)(1)
   tail         further statutes after a slash, with the codes before the slashes: /11360 of 11359/11360
   code         the code with the characters that set it off
   further      statutes after a slash that follows the code: /664 of 187 PC/664
   other_code   two letters in the place of the code, up to a dash or the end, that are not a known code
   literal      the words after it, with the dash before them
   The pattern first looks for a code (c_…), so that the HS of 11357AHS is one, and then reads the text without a code
   (n_…). One part of each pair is ''.
   text: SQL expression. #}
{% macro offense_text_parts(text) -%}
    {%- set code = code_pattern() -%}
    {%- set number = section_number_pattern() -%}
    {%- set letters = section_letters_pattern() -%}
    {%- set brackets = section_brackets_pattern() -%}
    {%- set prefix =
        '(?:(?:664|182|32)(?:[A-Z][0-9]{0,2})?' ~ brackets ~ '\\s*(?:' ~ code ~ '\\s*/|[/-])\\s*|664'
        ~ brackets ~ '(?:\\s*' ~ code ~ ')?[\\s,]+)*'
    -%}
    {%- set further = '(?:\\s*/\\s*' ~ number ~ letters ~ brackets ~ ')*' -%}
    {%- set tail = '(?:' ~ code_behind_pattern() ~ '?\\s*/\\s*' ~ number ~ letters ~ brackets ~ ')*' -%}
    {%- set subdivisions = '(' ~ letters ~ ')(' ~ brackets ~ ')(' ~ tail ~ ')' -%}
    {#- Not a dot and a digit: 11357.5 is never 11357 and a literal. -#}
    {%- set literal = '(?:[^A-Z0-9.].*|[.](?:[^0-9].*)?)?' -%}
    {%- set lead = '(?:([A-Z][A-Z&]*|' ~ code ~ ')([^A-Z0-9(]*))?' -%}
    {%- set pattern =
        '^[^A-Z0-9]*' ~ lead ~ '(' ~ prefix ~ ')(' ~ number ~ ')(?:'
        ~ subdivisions ~ '(' ~ code_behind_pattern() ~ ')(' ~ further ~ ')(' ~ literal ~ ')|'
        ~ subdivisions ~ '(?:([\\s,_(-]+[A-Z]{2}[)]?)(\\s*(?:-.*)?)|(' ~ literal ~ '|[A-Z]{4}.*)))$'
    -%}
    {{ regexp_groups(text, pattern, [
        'lead', 'lead_gap', 'prefix', 'number',
        'c_letters', 'c_brackets', 'c_tail', 'code', 'c_further', 'c_literal',
        'n_letters', 'n_brackets', 'n_tail', 'other_code', 'o_literal', 'n_literal'
    ]) }}
{%- endmacro %}


{# The pattern of a statute among the words of a literal: a number followed by a code (1 CT 11359 HS). #}
{% macro statute_in_literal_pattern() -%}
    {{ return(
        '(?:^|[^A-Z0-9.])' ~ section_number_pattern() ~ section_letters_pattern() ~ section_brackets_pattern()
        ~ code_behind_pattern() ~ '(?:[^A-Z0-9]|$)'
    ) }}
{%- endmacro %}


{# The pattern of words after a statute that may be a code in a form that the grammar does not know: a
   first word of one or two letters, or of three that end in the C of code (HSC, WIC, CVC); a code set off
   at the end; the word CODE; or a word from the name of a code. #}
{% macro possible_code_pattern() -%}
    {{ return(
        '^[^A-Z0-9]*[A-Z]{1,2}C?(?:[^A-Z]|$)|(?:^|[^A-Z0-9])' ~ code_pattern() ~ '[^A-Z0-9]*$'
        ~ '|(?:^|[^A-Z])(?:CODE|PENAL|HEALTH|HLTH|WELFARE|PROFESSIONS?|ORDINANCE)(?:[^A-Z]|$)'
    ) }}
{%- endmacro %}


{# The words in a disposition or a comment that show that a conviction was relieved. This quick test finds
   the texts that are then looked up in seeds/dispositions.csv. The test
   relieving_dispositions_are_found_by_their_words compares the two. #}
{% macro relief_words() -%}
    {{ return('1203[.]4|RELIEF|SET ASIDE|236[.]14|11361[.][89]|PROP 64') }}
{%- endmacro %}


{# The pattern of a comment that begins with a statute, in upper case. #}
{% macro statute_at_start_pattern() -%}
    {{ return('^[^A-Z0-9]*(?:[A-Z&.]{2,4}\\s*)?[0-9]') }}
{%- endmacro %}
