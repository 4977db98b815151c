"""Pages of the appraisal domain, one file per subject."""
