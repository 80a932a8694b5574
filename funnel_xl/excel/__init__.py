"""Where it runs: UDFs and macros; the only home of xlwings."""
