"""Where sheets lie: reading closed files, placing sheets into them, guards against bad files."""
