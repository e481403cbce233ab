"""The public log: keys, signed heads, checkpoints, tiles, notices."""
