"""The officer's acts in a local page: who may come in, what the pages show, what runs beside them (docs/spec/window.md)."""
