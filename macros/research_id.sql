{#- A key of the warehouse as an id that looks random. `cmr export-marts` draws export_salt anew for each
    export and keeps it nowhere: the ids agree within an export and lead back to no line of the extract. -#}
{% macro research_id(key) -%}
    left(sha256(concat(getvariable('export_salt'), '/', {{ key }})), 16)
{%- endmacro %}
