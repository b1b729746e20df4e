"""HTTP by audience: each surface parses, asks one query, calls one action and shapes the answer."""
