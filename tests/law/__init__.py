"""The room law, file for file."""
