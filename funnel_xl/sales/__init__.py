"""What the sales method means: deals, stages, placement, probability, checks."""
