"""Fonts of the printed report: those of every printed document (`core.fonts`)."""

from temis.core.fonts import FAMILY, FontsMissing, font_dir

__all__ = ["FAMILY", "FontsMissing", "font_dir"]
