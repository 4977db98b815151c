"""The last day before a deadline, played by locust: see docs/explanation/last-day.md."""
