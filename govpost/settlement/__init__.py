"""The one door to the mail room, and the money: who pays, by which agreement and tariff, what was charged and withdrawn."""
