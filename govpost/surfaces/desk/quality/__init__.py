"""The quality manager's pages: two rates, each opening down to the timeline of an item."""
