"""What every surface stands on: who may come in, how refusals read, the design tokens, templates and components."""
