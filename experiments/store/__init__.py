"""The database: what is known of each experiment, and what was recorded of it."""
