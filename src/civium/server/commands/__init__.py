"""The subcommands of `civium`, one small file each."""
