{{ config(tags=['guard']) }}

select *
from {{ ref('raw_reconciliation') }}
where lines <> header_lines + records + continuation_lines + blank_lines + set_aside_lines
