"""Sampling: some of the accepted statements, drawn by a rule that nobody can bend, compared with a register, and what that says of all."""
