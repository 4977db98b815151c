"""What each web process of `temis serve` runs."""

import os

from django.conf import settings
from django.db import connections

from temis.cli.orphans import end_with_parent
from temis.config.databases import DEFAULT, pooled
from temis.config.wsgi import application

__all__ = ["application"]

if settings.POOLER_URL:
    connections.settings[DEFAULT].update(pooled(connections.settings[DEFAULT], settings.POOLER_URL))

end_with_parent(os.getppid())  # or it would hold the port after its server was killed
