"""All SQL of the hot path: statements, logs, manifests, notices, behind one narrow protocol."""
