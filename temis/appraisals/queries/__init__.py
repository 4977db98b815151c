"""Reads for screens and reports, one file per subject."""
