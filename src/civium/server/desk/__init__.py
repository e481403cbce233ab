"""Requests of data subjects: a register with the clock of one month, and files that ask the holder of a key."""
