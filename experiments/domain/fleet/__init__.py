"""The fleet: every experiment of every source, as rows of one table with one time axis."""
