"""A city as a template: taken from one that works, filled in for another, brought in through actions."""
