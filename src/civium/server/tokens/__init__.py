"""The token service: evaluates blinded elements and makes marks, with keys that lie in no database. In the intake's process, or in its own."""
