"""Applications and their way to a decision: the conductor that knows departments, papers, results and their mail."""
