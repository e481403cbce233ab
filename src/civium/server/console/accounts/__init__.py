"""Accounts: invitations, log-on, second factors, people and their roles, one's own sessions, the way back after a loss."""
