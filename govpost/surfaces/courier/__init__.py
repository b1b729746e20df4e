"""The courier's phone: today's round, one door at a time (online for now)."""
