"""Small SQL functions as Django expressions."""

from django.db import models


class VnFold(models.Func):
    """`vn_fold(text)`: lower case without diacritics, immutable, for indexes and generated columns."""

    function = "vn_fold"
    output_field = models.TextField()
