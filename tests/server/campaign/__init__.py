"""Tests of campaigns: partners, their figures, and how they are counted."""
