"""Files as rows: .xlsx and .csv, read once from front to end; what cannot be read is refused with what to do."""

from temis.exchange.readers.headings import match_headings
from temis.exchange.readers.opening import open_table, read_kind
from temis.exchange.readers.table import MAX_FILE, FileRefused, Table

__all__ = ["MAX_FILE", "FileRefused", "Table", "match_headings", "open_table", "read_kind"]
