"""The private preview in the console: opened, shown, taken from, dropped."""
