"""Where things are and when offices work: divisions, outlets, halls, addresses, calendars, and numbers people write down."""
