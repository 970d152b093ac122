"""Links that open one experiment to people without an account: making, opening, revoking."""
