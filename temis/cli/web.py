"""What each web process of `temis serve` runs."""

import os

from temis.cli.orphans import end_with_parent
from temis.config.wsgi import application

__all__ = ["application"]

end_with_parent(os.getppid())  # or it would hold the port after its server was killed
