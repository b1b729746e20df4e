"""GovPost 政邮通: apply once, decided by a department, fetched and brought by the postal express."""

__version__ = "0.1.0"
