"""Tests of the acts on initiatives."""
