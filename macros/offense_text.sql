{#
    The grammar of a charge as DOJ writes it: `664/11360(A) HS-ATT TRANSPORT`.
#}

{# Abbreviations of the California codes that a charge may name, and of what else may stand in their place
   (MC municipal code, CO county ordinance, CF federal regulations, US federal law). #}
{% macro statute_codes() -%}
    {{ return([
        'BP', 'CC', 'CF', 'CI', 'CO', 'CR', 'EC', 'EL', 'EV', 'FA', 'FC', 'FG', 'FI', 'GC', 'HN', 'HS', 'IC', 'LC',
        'MC', 'MVC', 'MV', 'PC', 'PR', 'PU', 'RT', 'SH', 'UI', 'US', 'VC', 'WC', 'WI'
    ]) }}
{%- endmacro %}


{# A charge taken apart: a struct of texts as written, '' for a part that it lacks; all '' for a text that is
   no charge.
   lead         a word before the statute: CHRG, SCN, or the code (PC 187)
   lead_gap     what stands between that word and the statute
   prefix       attempt 664/, conspiracy 182/, accessory 32/, each with subdivisions, in any combination
   number       the section's number with its decimals
   letters      letters and digits right after the number: A of 11357A and of 288A, A2 of 11360A2
   brackets     subdivisions in brackets: (C)(1)
   tail         further statutes after a slash: /11360 of 11359/11360
   code         the code with the blanks before it; dots and an & between its letters do no harm
   other_code   two letters in the code's place, up to a dash or the end, that are no known code
   literal      the words after it, with the dash before them
   A text is first read as having a code (c_…), so that the HS of 11357AHS is one, and then as having none (n_…):
   of each pair of parts one is ''.
   text: SQL expression. #}
{% macro offense_text_parts(text) -%}
    {%- set codes = [] -%}
    {%- for code in statute_codes() -%}
        {%- do codes.append(code | list | join('[&.]?')) -%}
    {%- endfor -%}
    {%- set code = '(?:' ~ codes | join('|') ~ ')[.]?' -%}
    {%- set number = '[0-9]+(?:\\s*\\.\\s*[0-9]+)?' -%}
    {#- As few letters as will do: the others may be the code's. -#}
    {%- set letters = '(?:[A-Z]{1,2}?(?:[0-9]{1,2}[A-Z]??)??)??' -%}
    {%- set brackets = '(?:\\s*\\(\\s*[A-Z0-9]+\\s*\\)[0-9]{0,2})*' -%}
    {%- set prefix =
        '(?:(?:664|182|32)(?:[A-Z][0-9]{0,2})?' ~ brackets ~ '\\s*(?:' ~ code ~ '\\s*/|[/-])\\s*)*'
    -%}
    {%- set tail = '(?:\\s*/\\s*' ~ number ~ letters ~ brackets ~ ')*' -%}
    {%- set subdivisions = '(' ~ letters ~ ')(' ~ brackets ~ ')(' ~ tail ~ ')' -%}
    {#- Not a dot and a digit: 11357.5 is never 11357 and a literal. -#}
    {%- set literal = '(?:[^A-Z0-9.].*|[.](?:[^0-9].*)?)?' -%}
    {%- set pattern =
        '^[^A-Z0-9]*(?:([A-Z][A-Z&]*)([^A-Z0-9(]*))?(' ~ prefix ~ ')(' ~ number ~ ')(?:'
        ~ subdivisions ~ '(\\s*' ~ code ~ ')(' ~ literal ~ ')|'
        ~ subdivisions ~ '(?:(\\s+[A-Z]{2})(\\s*(?:-.*)?)|(' ~ literal ~ '|[A-Z]{4}.*)))$'
    -%}
    {{ regexp_groups(text, pattern, [
        'lead', 'lead_gap', 'prefix', 'number',
        'c_letters', 'c_brackets', 'c_tail', 'code', 'c_literal',
        'n_letters', 'n_brackets', 'n_tail', 'other_code', 'o_literal', 'n_literal'
    ]) }}
{%- endmacro %}
