"""What can be computed from known sums: linear spans over a large prime field, sparse.

A sum of people over some atoms is a vector, a mapping of atom → coefficient; its value stands under `VALUE`.
Counting modulo a prime near 2⁶¹ misses no relation that holds in whole numbers with the small coefficients of tables.
"""

from collections.abc import Iterator, Mapping

PRIME = (1 << 61) - 1
VALUE = -1

Vector = dict[int, int]


class Inconsistent(ValueError):
    """Two known sums contradict each other."""


def minus(vector: Mapping[int, int], factor: int, other: Mapping[int, int]) -> Vector:
    """`vector - factor * other`, as a new vector without zeros."""
    result = dict(vector)
    for column, coefficient in other.items():
        rest = (result.get(column, 0) - factor * coefficient) % PRIME
        if rest:
            result[column] = rest
        else:
            result.pop(column, None)
    return result


def is_known(residual: Mapping[int, int]) -> bool:
    """Whether nothing but a value is left of a reduced vector."""
    return not residual or (len(residual) == 1 and VALUE in residual)


class Span:
    """Known sums in fully reduced form: the pivot of a row stands in no other row.

    `watched` are vectors kept reduced, to see the moment in which one of them becomes computable.
    Vectors are never changed in place, so that a copy is cheap.
    """

    def __init__(self, basis: dict[int, Vector] | None = None, watched: dict[int, Vector] | None = None) -> None:
        self.basis: dict[int, Vector] = basis or {}
        self.watched: dict[int, Vector] = watched or {}

    def copy(self) -> "Span":
        return Span(dict(self.basis), dict(self.watched))

    def reduce(self, vector: Mapping[int, int]) -> Vector:
        """What of the vector cannot be computed; a computable one leaves at most its value, negated."""
        result = dict(vector)
        for column in vector:
            row = self.basis.get(column)
            if row is not None:
                result = minus(result, vector[column], row)
        return result

    def value(self, vector: Mapping[int, int]) -> int | None:
        """The value of a computable sum, else None. `vector` bears no value of its own."""
        residual = self.reduce(vector)
        return -residual.get(VALUE, 0) % PRIME if is_known(residual) else None

    def add(self, residual: Mapping[int, int]) -> None:
        """Makes a reduced vector known."""
        if is_known(residual):
            if residual.get(VALUE, 0) % PRIME:
                raise Inconsistent
            return
        pivot = next(column for column in residual if column != VALUE)
        row = minus({}, -pow(residual[pivot], -1, PRIME), residual)
        for vectors in (self.basis, self.watched):
            for key, other in vectors.items():
                if pivot in other:
                    vectors[key] = minus(other, other[pivot], row)
        self.basis[pivot] = row

    def empty_parts(self) -> list[int]:
        """Atoms of which a row says that together they are nobody, so that each is."""
        return [
            atom
            for row in self.basis.values()
            if len(row) > 1 and VALUE not in row and max(row.values()) < PRIME // 2
            for atom in row
        ]

    def watch(self, key: int, vector: Mapping[int, int]) -> None:
        self.watched[key] = self.reduce(vector)

    def would_reveal(self, residual: Mapping[int, int]) -> Iterator[int]:
        """The watched vectors that become computable by adding this one: its multiples, apart from the value."""
        pivot = next(column for column in residual if column != VALUE)
        length = len(residual) - (VALUE in residual)
        for key, other in self.watched.items():
            if pivot in other and len(other) - (VALUE in other) == length and _is_multiple(other, residual, pivot):
                yield key


def _is_multiple(vector: Mapping[int, int], other: Mapping[int, int], pivot: int) -> bool:
    factor = vector[pivot] * pow(other[pivot], -1, PRIME) % PRIME
    return all(
        column == VALUE or (coefficient * factor - vector.get(column, 0)) % PRIME == 0
        for column, coefficient in other.items()
    )
