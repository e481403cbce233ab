"""Where one arrives: one's own initiatives, and for operators the installation."""
