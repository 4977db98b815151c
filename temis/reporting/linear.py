"""What can be computed from known sums: linear spans over a large prime field, sparse.

A sum of people over some atoms is a vector, a mapping of atom → coefficient; its value stands under `VALUE`.
Counting modulo a prime near 2⁶¹ misses no relation that holds in whole numbers with the small coefficients of tables.
"""

from collections.abc import Mapping

PRIME = (1 << 61) - 1
VALUE = -1

Vector = dict[int, int]


class Inconsistent(ValueError):
    """Two known sums contradict each other."""


def minus(vector: Mapping[int, int], factor: int, other: Mapping[int, int]) -> Vector:
    """`vector - factor * other`, as a new vector without zeros."""
    result = dict(vector)
    _take_away(result, factor, other)
    return result


def _take_away(vector: Vector, factor: int, other: Mapping[int, int]) -> None:
    """`minus` in place, for a vector that nobody else holds."""
    for column, coefficient in other.items():
        rest = (vector.get(column, 0) - factor * coefficient) % PRIME
        if rest:
            vector[column] = rest
        else:
            vector.pop(column, None)


def is_known(residual: Mapping[int, int]) -> bool:
    """Whether nothing but a value is left of a reduced vector."""
    return not residual or (len(residual) == 1 and VALUE in residual)


def value_of(residual: Mapping[int, int]) -> int | None:
    """The value of the sum that was reduced to this, None where it cannot be computed."""
    return -residual.get(VALUE, 0) % PRIME if is_known(residual) else None


class Span:
    """Known sums in fully reduced form: the pivot of a row stands in no other row.

    A pivot is never one of the `late` atoms unless a row has no others: so what is known of late atoms alone stands in
    the rows with a late pivot. `watched` are vectors kept reduced, to see when one of them becomes computable.
    Vectors are never changed in place, so that a copy is cheap.
    """

    def __init__(self, late: frozenset[int] = frozenset()) -> None:
        self.late = late
        self.basis: dict[int, Vector] = {}
        self.watched: dict[int, Vector] = {}

    def copy(self) -> "Span":
        other = Span(self.late)
        other.basis, other.watched = dict(self.basis), dict(self.watched)
        return other

    def reduce(self, vector: Mapping[int, int]) -> Vector:
        """What of the vector cannot be computed; a computable one leaves at most its value, negated."""
        result = dict(vector)
        for column, factor in vector.items():
            row = self.basis.get(column)
            if row is not None:
                _take_away(result, factor, row)
        return result

    def value(self, vector: Mapping[int, int]) -> int | None:
        """The value of a computable sum, else None. `vector` bears no value of its own."""
        return value_of(self.reduce(vector))

    def add(self, residual: Mapping[int, int]) -> None:
        """Makes a reduced vector known."""
        if is_known(residual):
            if residual.get(VALUE, 0) % PRIME:
                raise Inconsistent
            return
        columns = [column for column in residual if column != VALUE]
        pivot = next((column for column in columns if column not in self.late), columns[0])
        row = minus({}, -pow(residual[pivot], -1, PRIME), residual)
        for vectors in (self.basis, self.watched):
            for key, other in vectors.items():
                if pivot in other:
                    vectors[key] = minus(other, other[pivot], row)
        self.basis[pivot] = row

    def watch(self, key: int, vector: Mapping[int, int]) -> None:
        self.watched[key] = self.reduce(vector)

    def would_reveal(self, residual: Mapping[int, int]) -> bool:
        """Whether a watched vector becomes computable by adding this one: a multiple of it, apart from the value."""
        pivot = next(column for column in residual if column != VALUE)
        length = len(residual) - (VALUE in residual)
        return any(
            len(other) - (VALUE in other) == length and _is_multiple(other, residual, pivot)
            for other in self.watched.values()
            if pivot in other
        )


def _is_multiple(vector: Mapping[int, int], other: Mapping[int, int], pivot: int) -> bool:
    factor = vector[pivot] * pow(other[pivot], -1, PRIME) % PRIME
    return all(
        column == VALUE or (coefficient * factor - vector.get(column, 0)) % PRIME == 0
        for column, coefficient in other.items()
    )
