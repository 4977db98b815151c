"""Processes that must not outlive the one that started them."""

import os
import signal
import threading
import time

GRACE = 20.0  # seconds to finish what is being answered


def end_with_parent(parent: int) -> None:
    """End in good order once that process is gone, also when it was killed and could not say so."""
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)
