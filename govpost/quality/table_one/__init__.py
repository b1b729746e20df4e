"""Table 1 of the paper: what cities declare, held against how their orders and cases really came in."""
