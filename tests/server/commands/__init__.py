"""Tests of what the commands share; the commands themselves are held by transcripts and tests/test_command.py."""
