"""Instructions to our own couriers: who is to knock at which door, who took it, how it ended. It plans no routes."""
