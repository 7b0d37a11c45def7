select
    {{ row_position() }} as line_id,
    lines.file_id,
    coalesce(lines.text, '') as text
from {{ ref('raw_extract_lines') }} as lines
where not lines.is_record and not {{ is_header(row_position()) }}
