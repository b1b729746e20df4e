"""Licences issued by departments in cases decided inside: identifier, number, serial, holder, validity, status."""
