"""Django's own command line; `temis manage …` is the same."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "temis.config.settings")
    execute_from_command_line(sys.argv)
