"""The one-window clerk's pages: papers in, receipts, results out, lists from departments, wishes at the counter."""
