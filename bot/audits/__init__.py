"""The audit log for those who were not there: signed heads, verification and export."""
