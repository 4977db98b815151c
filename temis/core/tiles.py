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
    return json.loads(DATA.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def place(provinces: Iterable[Any], year: str) -> list[Tile]:
    """The tiles of a map of 63 ("2020") or 34 provinces ("2025"), in the order given; the islands last.

    `provinces` are mappings or objects with code, name, text, shade and url. One that is not on the map is left out
    (the table below still has it).
    """
    places, given = layout()["tiles"][str(year)], {str(_of(p, "code")): p for p in provinces}
    tiles = [
        Tile(
            layout()["short"].get(code, _of(province, "name")),
            *places[code],
            shade=_shade(province),
            text=str(_of(province, "text") or ""),
            url=str(_of(province, "url") or ""),
        )
        for code, province in given.items()
        if code in places
    ]
    for island in layout()["islands"]:
        province = given.get(island["province"])
        tiles.append(Tile(island["name"], *island[str(year)], shade=_shade(province), is_island=True))
    return tiles


def _of(province: Any, name: str) -> Any:
    return province.get(name) if isinstance(province, dict) else getattr(province, name, None)


def _shade(province: Any) -> int | str:
    shade = _of(province, "shade") if province is not None else None
    return "none" if shade is None else shade
