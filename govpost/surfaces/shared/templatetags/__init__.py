"""Template tags of the house: `{% load govpost %}`."""
