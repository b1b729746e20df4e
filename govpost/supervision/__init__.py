"""How each city does it: dated configuration inherited from headquarters down to the county, and who pays postage and why."""
