"""A department's own mail: single orders, files of many, and what became of them."""
