"""The citizen's web: find a service, apply once, see whose turn it is."""
