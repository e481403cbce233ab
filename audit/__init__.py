"""Looks at the public pages as people do: a real server, a real browser, every page, every language."""
