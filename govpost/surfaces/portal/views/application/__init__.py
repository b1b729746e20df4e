"""The application, one thing per page, saved on the server at every step."""
