"""What each web process of `temis serve` runs."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.db import connections

from temis.admission.arrival import arrived
from temis.cli.orphans import end_with_parent
from temis.config.databases import DEFAULT, PATIENCE, pooled, shared
from temis.config.wsgi import application as site

__all__ = ["application"]

SPARE_BYTES = 1024 * 1024  # of a form around its file
SPARE_CONNECTIONS = 2  # for the line in front of the login, which does not wait for those who work

if settings.POOLER_URL:
    connections.settings[DEFAULT].update(pooled(connections.settings[DEFAULT], settings.POOLER_URL))
for alias, own in connections.settings.items():
    own.update(shared(own, settings.REQUESTS_AT_ONCE + SPARE_CONNECTIONS, patience=PATIENCE[alias]))

application = arrived(site, settings.EVIDENCE_FILE_BYTES + SPARE_BYTES)
end_with_parent(os.getppid())  # or it would hold the port after its server was killed

# What the program itself consists of stays; to look through it each time costs a request a tenth of a second.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
