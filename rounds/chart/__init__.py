"""All about one patient, and the patients of a clinic."""
