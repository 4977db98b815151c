"""The report as JSON, an interface others rely on: two extractions of the same data are the same bytes."""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from temis.reporting.document import ReportDocument
from temis.reporting.formats import HIDDEN, Value
from temis.reporting.tables import RowResult, TableResult, build_table
from temis.reporting.template import Block, Column, Line, PercentColumn, Template


def render(document: ReportDocument) -> bytes:
    """`report.json`. A hidden cell is null and its key stands in the row's `suppressed`."""
    province = document.province
    data: dict[str, Any] = {
        "template": document.template.code,
        "year": document.year,
        "province": {"code": province.code, "name": province.name} if province else None,
        "tables": [table_data(result) for result in document.tables],
    }
    if document.suppressed:
        data["suppressed"] = True
    return dump(data)


def render_meta(document: ReportDocument, report: bytes) -> bytes:
    """`report.meta.json`: when, by whom and from which frozen data."""
    meta = document.meta
    return dump(
        {
            "template": document.template.code,
            "template_edition": document.template.edition,
            "year": document.year,
            "province": document.province.code if document.province else None,
            "extracted_at": meta.extracted_at.isoformat(),
            "extracted_by": meta.extracted_by,
            "data_hash": meta.data_hash,
            "map": meta.map,
            "version": meta.version,
            "report_sha256": hashlib.sha256(report).hexdigest(),
        }
    )


def dump(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def table_data(result: TableResult) -> dict[str, Any]:
    table = result.table
    return {
        "id": table.id,
        "title": table.title,
        "verified": table.verified,
        "definition": table.definition,
        "columns": [_column_data(column) for column in table.columns],
        "rows": [_row_data(row, result.block_headings) for row in result.rows],
    }


def _column_data(column: Column) -> dict[str, Any]:
    data: dict[str, Any] = {
        "key": column.key,
        "kind": column.kind,
        "title": column.title,
        "definition": column.definition,
    }
    if isinstance(column, PercentColumn):
        data["decimals"] = column.decimals
    return data


def _row_data(row: RowResult, block_headings: bool) -> dict[str, Any]:
    data: dict[str, Any] = {**row.codes, "label": row.label}
    if block_headings:
        data["block"] = row.block
    data["values"] = {key: _number(value) for key, value in row.values.items()}
    hidden = sorted(key for key, value in row.values.items() if value is HIDDEN)
    if hidden:
        data["suppressed"] = hidden
    return data


def _number(value: Value) -> int | float | None:
    """A percentage of at most two decimals survives as the shortest float that prints the same."""
    if value is None or value is HIDDEN:
        return None
    return float(value) if isinstance(value, Decimal) else value


def read_tables(template: Template, report: bytes | str) -> list[TableResult]:
    """The tables of a stored `report.json`, in the words of the template it was made from."""
    data = {table["id"]: table for table in json.loads(report, parse_float=Decimal)["tables"]}
    return [_read_table(template, table.id, data) for table in template.tables if table.id in data]


def _read_table(template: Template, table_id: str, data: Mapping[str, Any]) -> TableResult:
    (table,) = [table for table in template.tables if table.id == table_id]
    names = sorted({name for block, line in template.row_set(table).rows() for name in block.codes | line.codes})
    rows = {tuple(row.get(name) for name in names): row for row in data[table_id]["rows"]}

    def value_of(block: Block, line: Line, column: Column) -> Value:
        codes = block.codes | line.codes
        return _read_value(column, rows[tuple(codes.get(name) for name in names)])

    return build_table(template, table, value_of)


def _read_value(column: Column, row: Mapping[str, Any]) -> Value:
    if column.key in row.get("suppressed", ()):
        return HIDDEN
    value = row["values"][column.key]
    if value is None or not isinstance(column, PercentColumn):
        return value
    return Decimal(value).quantize(Decimal(1).scaleb(-column.decimals))
