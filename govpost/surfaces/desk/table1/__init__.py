"""Table 1 of the paper at the desk: what cities declare, what really came in, and what stands behind each count."""
