"""Export: working copies, submission packages, the letters that go with them, and how each authority takes them."""
