"""The subcommands of civium-authority, a file for each group; `command.py` puts them together."""
