"""Pages of the reporting domain."""
