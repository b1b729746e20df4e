"""Settings from the environment, the root of the addresses, and the table of ports."""
