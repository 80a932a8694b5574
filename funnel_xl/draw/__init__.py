"""How a described sheet looks: cells, tables, charts, styles."""
