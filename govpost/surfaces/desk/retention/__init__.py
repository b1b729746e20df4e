"""How long data is kept, what a dispute keeps longer, and what was erased."""
