-- depends_on: {{ ref('raw_extract_lines') }}

select
    path,
    line,
    count(*) as times
from {{ source('reader', 'raw_reader_rejects') }}
group by path, line
having count(*) > 1
