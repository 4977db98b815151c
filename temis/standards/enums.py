"""The four levels of a criterion, and the people a standard is made for."""

# text: data

from django.db import models
from django.utils.translation import gettext_lazy as _

from temis.core.text import fold


class Level(models.IntegerChoices):
    """Ascending: a higher level includes the lower ones (TT 20/2018, Điều 3 khoản 6)."""

    NOT_MET = 0, _("Chưa đạt")
    PASS = 1, _("Đạt")
    FAIR = 2, _("Khá")
    GOOD = 3, _("Tốt")

    @property
    def code(self) -> str:
        """ASCII code of files and URLs: CD, D, K, T."""
        return ("CD", "D", "K", "T")[self]

    @property
    def letters(self) -> str:
        """What forms and badges print: CĐ, Đ, K, T."""
        return ("CĐ", "Đ", "K", "T")[self]

    @classmethod
    def parse(cls, text: str) -> "Level":
        """Read CĐ, CD, đ, Khá, "chua dat"…, composed or decomposed; ValueError for anything else."""
        try:
            return cls(_SPELLINGS[fold(text)])
        except KeyError:
            raise ValueError(text) from None


class Subject(models.TextChoices):
    """Whom a standard is for (GVPT, CBQL: general education; the others: preschool)."""

    TEACHER = "GVPT", _("Giáo viên phổ thông")
    MANAGER = "CBQL", _("Hiệu trưởng, phó hiệu trưởng phổ thông")
    PRESCHOOL_TEACHER = "GVMN", _("Giáo viên mầm non")
    PRESCHOOL_MANAGER = "CBQLMN", _("Hiệu trưởng, phó hiệu trưởng mầm non")


_SPELLINGS = {"cd": 0, "chua dat": 0, "d": 1, "dat": 1, "k": 2, "kha": 2, "t": 3, "tot": 3}
