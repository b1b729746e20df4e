"""City profiles at the desk: where each value comes from, and versions from a day to come."""
