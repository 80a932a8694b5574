"""How it looks: descriptions become cells, tables and charts. The only home of XlsxWriter."""
