"""What every room may use and no domain word lives in: ids, text, money, time, crypto, refusals, the actor."""
