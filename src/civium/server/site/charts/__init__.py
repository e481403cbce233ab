"""Charts drawn on the server: values in, SVG out. No words are made here, no number is looked up, and nothing is styled inline."""
