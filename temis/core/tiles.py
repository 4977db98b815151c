"""The schematic map: where each province's tile stands. Data of `data/tiles.json`, no borders."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "tiles.json"


@dataclass(frozen=True)
class Tile:
    """`shade` is 0 to 4, or "none" where there is no figure; the islands carry their province's shade."""

    short: str
    column: int
    row: int
    shade: int | str
    text: str = ""
    url: str = ""
    is_island: bool = False


@cache
def layout() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return found


def place(provinces: Iterable[Any], year: str) -> list[Tile]:
    """The tiles of a map of 63 ("2020") or 34 provinces ("2025"), in the order given; the islands last.

    `provinces` are mappings or objects with code, name, text, shade and url. One that is not on the map is left out
    (the table below still has it).
    """
    places, given = layout()["tiles"][str(year)], {str(_of(p, "code")): p for p in provinces}
    tiles = [_tile(code, given[code], places[code]) for code in given if code in places]
    for island in layout()["islands"]:
        column, row = island[str(year)]
        shade = _shade(given.get(island["province"]))
        tiles.append(Tile(island["name"], column, row, shade, is_island=True))
    return tiles


def _tile(code: str, province: Any, place: tuple[int, int]) -> Tile:
    return Tile(
        short=layout()["short"].get(code, _of(province, "name")),
        column=place[0],
        row=place[1],
        shade=_shade(province),
        text=str(_of(province, "text") or ""),
        url=str(_of(province, "url") or ""),
    )


def _of(province: Any, name: str) -> Any:
    return province.get(name) if isinstance(province, dict) else getattr(province, name, None)


def _shade(province: Any) -> int | str:
    shade = _of(province, "shade") if province is not None else None
    return "none" if shade is None else shade
