"""The dashboard on screen: figures, charts with tables, what to do next; each chart also as CSV, SVG and PNG."""
