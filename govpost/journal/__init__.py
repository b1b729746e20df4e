"""What happened, append-only, and who is told: facts, followers and the audit of readings."""
