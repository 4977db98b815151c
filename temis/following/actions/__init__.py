"""Every write of following and reminding, one file per subject."""
