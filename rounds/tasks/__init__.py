"""What somebody is to do for a patient: whose it is, by when, whether they agreed, what became."""
