"""E-mail on screen: who agreed to be written to, what proves it, and messages from the first word to the last copy."""
