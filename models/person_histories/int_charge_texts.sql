select distinct charge_text
from {{ ref('stg_doj__extract_lines') }}
where charge_text is not null
