import sys

from temis.cli import main

sys.exit(main())
