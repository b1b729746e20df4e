"""Finance: month accounts with the ledger lines behind them, and the monthly statements."""
