"""Set the project up inside a command."""

import os

from temis.cli.text import language


def set_up() -> None:
    """Loads settings, which starts the embedded database where none is named."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "temis.config.settings")
    import django  # slow to import, not needed for --help
    from django.utils import translation

    django.setup()
    translation.activate(language())
