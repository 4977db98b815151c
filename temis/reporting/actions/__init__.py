"""Every write on reports."""
