"""Destroying statements by identifier: pasted, looked up, agreed by two, done a day later."""
