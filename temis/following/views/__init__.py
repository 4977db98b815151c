"""Pages of following and reminding, one file per subject."""
