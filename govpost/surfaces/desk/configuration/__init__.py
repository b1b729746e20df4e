"""Administrators' screens: service items, places, calendars, tariffs, agreements, carriers; each change dated and told."""
