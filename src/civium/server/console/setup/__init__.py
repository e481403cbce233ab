"""Set-up: purpose, text and people, appearance, words for sharing, keys, certificate; each done or not, and a look before it is public."""
