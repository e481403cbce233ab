"""Civium: statements of support, sealed in the signatory's browser, opened by the competent authority alone."""
