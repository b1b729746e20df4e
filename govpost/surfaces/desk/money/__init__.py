"""Finance: month accounts and the ledger lines behind them."""
