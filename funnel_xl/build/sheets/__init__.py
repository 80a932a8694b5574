"""The sheets of the workbook that a team works in, one file a sheet; unlike the sheets of a pack they hold formulas and are typed into."""
