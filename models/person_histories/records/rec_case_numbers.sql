-- The contract names the columns.
select * -- noqa: AM04
from {{ ref('stg_ca_doj__case_numbers') }}
