"""Duties in the console: what the law asks and by when, letters ready to send, the ledger of funding."""
