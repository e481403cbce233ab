"""The journal on screen: who did what and when, in words; filters, exports, and the check of its chain."""
