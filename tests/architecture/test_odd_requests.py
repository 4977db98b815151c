"""What stands in an address is anybody's: odd values are answered like absent or wrong ones, never with an error."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

import temis
from temis.access import GRANTS
from temis.core.paging import key_token
from tests.architecture.addresses import ALL
from tests.architecture.test_rights_over_addresses import HOLDERS
from tests.cast import act

ASKED = re.compile(r"GET\.(?:get|getlist)\(\s*\"(\w+)\"")
# A digit that is no number; more than a column of PostgreSQL holds; more than Python reads.
ODD = {"superscript": "²", "too large": "9" * 18, "too long": "9" * 5000}
# Where a page of a list begins, by hand: as many values as some list has, of kinds that it has not.
ODD_KEYS = [key_token([value] * length) for value in ("x", 7, 1 << 63, None) for length in (1, 2, 4)]


def asked_by(app: str) -> set[str]:
    """The names of parameters that the code of an app looks for in an address."""
    paths = [path for path in (Path(temis.__file__).parent / app).rglob("*.py") if "tests" not in path.parts]
    return {name for path in paths for name in ASKED.findall(path.read_text(encoding="utf-8"))}


def lists() -> dict[str, list[str]]:
    """Addresses of lists by the first role that may read them."""
    found = defaultdict(list)
    for address in ALL:
        needed = [one.permission for how, one in address.methods if how == "get"]
        if needed and not address.parameters:
            role = next(role for role in HOLDERS if needed[0] in GRANTS[role])
            found[role].append(address)
    return found


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_value_of_each_parameter_is_answered(cast, client, odd):
    client.raise_request_exception = False
    failed = set()
    for role, addresses in lists().items():
        act(client, cast, HOLDERS[role], role)
        failed |= {
            (address.name, name)
            for address in addresses
            for name in asked_by(address.name.partition(":")[0])
            if client.get(address.url(), {name: odd}).status_code >= 500
        }

    assert failed == set()


@pytest.mark.parametrize("way", ["after", "before"])
def test_odd_beginning_of_a_page_is_answered(cast, client, way):
    client.raise_request_exception = False
    failed = set()
    for role, addresses in lists().items():
        act(client, cast, HOLDERS[role], role)
        for address in addresses:
            odd = [key for key in ODD_KEYS if client.get(address.url(), {way: key}).status_code >= 500]
            failed |= {(address.name, key) for key in odd}

    assert failed == set()
