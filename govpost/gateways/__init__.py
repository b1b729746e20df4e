"""The outside world, one folder each: a client, what it reads, and a sandbox that speaks the same protocol over HTTP."""
