"""The office: paper tallies, paper forms, duties with their dates, letters, the ledger of funding."""
