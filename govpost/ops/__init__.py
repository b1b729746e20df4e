"""What runs the house: the command, the PostgreSQL launcher, the supervisor, the doctor and the test plugin."""
