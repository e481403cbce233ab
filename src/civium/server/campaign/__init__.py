"""The Django app of campaigns: partners whose links carry a code, and how many statements came by each, by day."""
