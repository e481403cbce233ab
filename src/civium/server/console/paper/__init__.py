"""Paper in the console: what was counted by week and place, corrections with their trail, and the forms to print."""
