"""Hours, days off, who is on call, and working-day arithmetic."""
