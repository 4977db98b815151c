"""Levels chosen in the page that tries out a classification."""

from collections.abc import Mapping
from dataclasses import dataclass

from temis.standards.enums import Level
from temis.standards.queries import EditionSheet, SheetCriterion
from temis.standards.rules import Explanation, explain
from temis.standards.wording import number_list, sentences


@dataclass(frozen=True)
class Choice:
    """One criterion with the level chosen for it, if any."""

    criterion: SheetCriterion
    level: Level | None

    @property
    def field(self) -> str:
        return f"c{self.criterion.number}"


@dataclass(frozen=True)
class Trial:
    """`c1=K&c2=T…`, or `all=K` for every criterion; what is not a level counts as not chosen."""

    sheet: EditionSheet
    choices: tuple[Choice, ...]

    @classmethod
    def read(cls, query: Mapping[str, str], sheet: EditionSheet) -> "Trial":
        return cls(
            sheet,
            tuple(
                Choice(criterion, _level(query.get(f"c{criterion.number}", query.get("all", ""))))
                for criterion in sheet.criteria
            ),
        )

    @property
    def is_begun(self) -> bool:
        return any(choice.level is not None for choice in self.choices)

    @property
    def missing(self) -> str:
        """Numbers of the criteria without a level, as one text."""
        return number_list(choice.criterion.number for choice in self.choices if choice.level is None)

    @property
    def explanation(self) -> Explanation | None:
        levels = [choice.level for choice in self.choices if choice.level is not None]
        return explain(levels, self.sheet.rule) if len(levels) == len(self.choices) else None

    @property
    def sentences(self) -> list[str]:
        return sentences(self.explanation) if self.explanation else []


def _level(text: str) -> Level | None:
    try:
        return Level.parse(text)
    except ValueError:
        return None
