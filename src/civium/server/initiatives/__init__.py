"""The Django app of initiatives: what organisers set up, and the acts that change it."""
