"""The store on PostgreSQL 15 to 18: several worker processes, a role for each kind of work."""
