"""Where an initiative stands, what can be done now, and why the rest cannot."""
