"""The desk for data subjects: a register of their requests, answers by identifier at once, files for the holder of a key."""
