"""Any model server: what it is asked, what it answers, and what is done when it does not."""
