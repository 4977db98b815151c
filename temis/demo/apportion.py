"""Divide a whole number among shares, in proportion and within bounds."""

from collections.abc import Sequence


def apportion(
    total: int,
    weights: Sequence[float],
    floors: Sequence[int] | None = None,
    caps: Sequence[int] | None = None,
) -> list[int]:
    """Whole shares of `total`, in proportion to `weights`, with floors[i] <= share[i] <= caps[i].

    Largest remainder, first index first among equals, so the same input always gives the same shares.
    Raises ValueError where the bounds cannot hold the total.
    """
    low = list(floors) if floors is not None else [0] * len(weights)
    high = list(caps) if caps is not None else [total] * len(weights)
    if not sum(low) <= total <= sum(high) or any(a > b for a, b in zip(low, high, strict=True)):
        raise ValueError(f"no shares of {total} between {low} and {high}")
    whole = sum(weights) or 1
    quotas = [total * weight / whole for weight in weights]
    shares = [min(max(int(quota), a), b) for quota, a, b in zip(quotas, low, high, strict=True)]
    while (missing := total - sum(shares)) != 0:
        step = 1 if missing > 0 else -1
        bound = high if step > 0 else low
        open_shares = [i for i, share in enumerate(shares) if share != bound[i]]
        shares[max(open_shares, key=lambda i: step * (quotas[i] - shares[i]))] += step
    return shares
