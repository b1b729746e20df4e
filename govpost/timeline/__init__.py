"""What happened to a case or a mail, one line in words each, and whose turn it is; a follower that every surface reads."""
