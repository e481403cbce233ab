"""Reading what authorities received before Civium: the Commission's XML and tables (docs/spec/commission-files.md)."""
