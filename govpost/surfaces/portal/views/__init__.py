"""Views of the portal, one file per topic."""
