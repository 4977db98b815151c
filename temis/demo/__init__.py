"""The demo province: Hậu Giang 2020, whose report gives the published numbers."""
