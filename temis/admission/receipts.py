"""For those who have a deadline: what the one in front of the page can show of when he came."""

from django.http import HttpRequest

from temis.admission import cookies
from temis.admission.tokens import Receipt


def own_receipts(request: HttpRequest, user_id: int) -> list[Receipt]:
    """Receipts in his name that this installation has signed; those of others at the same computer are left out."""
    return [one for one in cookies.receipts_of(request) if one.user_id == user_id]
