"""Work that takes minutes and outlives whoever asked for it: a row says what is wanted, a process of its own does it."""
