"""Feedback on screen: how it was to sign, in shares and in words, and nobody's."""
