"""Files that people give through the console, looked through before anything keeps or shows them: papers (PDF) and pictures."""
