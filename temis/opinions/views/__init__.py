"""Pages of the opinion domain."""
