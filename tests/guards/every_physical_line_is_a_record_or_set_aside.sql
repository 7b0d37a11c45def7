{{ config(
    tags=['guard'],
    meta={'message': 'A physical line of an extract file is neither read nor set aside, or counted twice.'}
) }}

select
    file_name,
    lines,
    header_lines + records + continuation_lines + blank_lines + set_aside_lines as lines_accounted_for
from {{ ref('raw_reconciliation') }}
where lines <> header_lines + records + continuation_lines + blank_lines + set_aside_lines
