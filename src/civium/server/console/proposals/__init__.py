"""Acts that wait for a second person: what waits, in words; agreeing, withdrawing."""
