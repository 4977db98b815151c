"""Every write on appraisals, one file per subject."""
