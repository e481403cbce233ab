"""Makes the folder from which `civium-authority` is installed where there is no network: `python -m tools.offline`."""
