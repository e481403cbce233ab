"""What the register says of an initiative: its files read, compared with what is loaded, and taken over. Specification: docs/spec/register.md."""
