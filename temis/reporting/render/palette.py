"""Colours of the four levels: told apart by people who see no red or green, and in grey by lightness."""

FILL = ("#B35806", "#F6C67F", "#9CC9E3", "#1F5A94")
"""By rank, CĐ to T."""

INK = ("#FFFFFF", "#1B1B1B", "#1B1B1B", "#FFFFFF")
"""What is readable on each (contrast at least 4.5)."""
