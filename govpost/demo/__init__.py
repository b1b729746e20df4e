"""A demo province: people, departments, rounds and bad days of three weeks, built only through the actions that people use."""
