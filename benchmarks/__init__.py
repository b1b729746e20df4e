"""Speed, measured: both sides in one run on the same server, fixed sizes and seed, a ratio as JSON. Never part of the tests."""
