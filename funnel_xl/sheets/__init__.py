"""What each sheet says, as frozen data in the reader's language."""
