"""Forms of the portal, one file per page of the application."""
