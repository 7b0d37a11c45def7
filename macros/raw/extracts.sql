{#- The extract files of this run, in the order given: mappings with path, name and encoding.
    A text entry of the var `extracts` may be a pattern. It gives its matches in order of their paths. -#}
{% macro extract_files() %}
    {%- set files = [] -%}
    {%- for entry in var('extracts') if execute -%}
        {%- if entry is mapping -%}
            {%- do files.append(entry) -%}
        {%- else -%}
            {%- set paths = matching_files(entry) -%}
            {%- if not paths -%}
                {%- do exceptions.raise_compiler_error('CMR: no extract file matches ' ~ entry) -%}
            {%- endif -%}
            {%- for path in paths -%}
                {%- do files.append({
                    'path': path, 'name': path.split('/')[-1], 'encoding': detected_encoding(path)
                }) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(files or [{'path': 'extract.csv', 'name': 'extract.csv', 'encoding': 'utf-8'}]) -%}
{% endmacro %}


{#- The names of the extract's 95 fields, in order (seeds/doj_extract_columns.csv). -#}
{% macro doj_columns() %}
    {%- set columns = ref('doj_extract_columns') -%}
    {%- if execute and load_relation(columns) -%}
        {%- do return(run_query('select name from ' ~ columns ~ ' order by position').columns[0].values()) -%}
    {%- endif -%}
    {%- do return(carried_columns()) -%}
{% endmacro %}


{#- The fields that a decision or the condensed file needs. The others stay in the line's own text. -#}
{% macro carried_columns() %}
    {%- do return([
        'SUBJECT_ID', 'CII_NUMBER', 'PRI_NAME', 'GENDER', 'PRI_DOB', 'RACE_DESCR', 'CYC_DATE', 'STP_EVENT_DATE',
        'STP_TYPE_DESCR', 'STP_ORI_DESCR', 'STP_ORI_CNTY_NAME', 'CNT_ORDER', 'DISP_DATE', 'OFN', 'OFFENSE_DESCR',
        'OFFENSE_TOC', 'DISP_DESCR', 'CONV_STAT_DESCR', 'SENT_LOC_DESCR', 'SENT_LENGTH', 'SENT_TIME_CODE',
        'CYC_AGE', 'COMMENT_TEXT', 'CONV_OFFENSE_DESCR', 'DISP_OFFENSE_DESCR', 'END_OF_REC'
    ]) -%}
{% endmacro %}


{#- Whether the text of every line is kept. A run that writes no file from the texts drops them. -#}
{% macro keeps_line_texts() %}
    {%- do return(true) -%}
{% endmacro %}


{#- Whether the engine's CSV reader reads all lines before the models know which of them are records. -#}
{% macro reader_tells_records() %}
    {%- do return(false) -%}
{% endmacro %}


{#- The line ids of the files' headers. -#}
{% macro header_line_ids() %}
    {%- set files = ref('raw_extract_files') -%}
    {%- if execute and load_relation(files) -%}
        {%- do return(run_query(
            'select first_line_id from ' ~ files ~ ' where has_header order by first_line_id'
        ).columns[0].values()) -%}
    {%- endif -%}
    {%- do return([]) -%}
{% endmacro %}


{#- Whether row n of the engine's CSV reader is line n of the files: no line is odd, and none was
    rejected. -#}
{% macro every_line_is_a_record() %}
    {%- set odd_lines = ref('raw_odd_lines') -%}
    {%- set reader_rejects = source('reader', 'raw_reader_rejects') -%}
    {%- if execute and load_relation(odd_lines) -%}
        {%- do return(run_query(
            'select (select count(*) from ' ~ odd_lines ~ ') + (select count(*) from ' ~ reader_rejects ~ ') = 0'
        ).columns[0].values()[0]) -%}
    {%- endif -%}
    {%- do return(true) -%}
{% endmacro %}
