"""Files that departments and carriers send: tables of orders and of scans. Pure: bytes in, rows and errors out."""
