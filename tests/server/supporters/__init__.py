"""What comes after signing, tried whole: a real database, a real mail server."""
