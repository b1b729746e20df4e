"""Words to people: what is said, to whom, by which way, and whether it arrived."""
