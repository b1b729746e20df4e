"""The supervision window: the same cases by jurisdiction, read-only."""
