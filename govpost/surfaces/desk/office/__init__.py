"""The department's pages: its cases with their terms, the decisions, and the lists for the desks."""
