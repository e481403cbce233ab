"""How statements go to an authority: the form of Annex V, its numbers, and the way that was agreed with each authority."""
