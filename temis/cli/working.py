"""`temis worker`: runs what is on the queue."""

import asyncio
import signal
import time
from contextlib import suppress

import structlog
from procrastinate import App
from procrastinate.connector import BaseConnector
from procrastinate.contrib.django import app, django_connector
from procrastinate.exceptions import ConnectorException

log = structlog.get_logger()

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
PAUSE = 5.0  # seconds until the database is asked again after it went away


def run_worker(*, wait: bool) -> None:
    """Jobs one after the other (they are synchronous and keep a core busy); a lost database is waited for.

    Connections are kept between jobs by `CONN_MAX_AGE`: opening one per job would halve the throughput.
    """
    while True:
        try:
            with app.replace_connector(_worker_connector()) as worker_app:
                if asyncio.run(_work(worker_app, wait=wait)) or not wait:
                    return
            log.warning("worker stopped of itself, as when the database is lost; it begins again")
        except ConnectorException as error:
            if not wait:
                raise
            log.warning("database not reachable, waiting", reason=str(error))
        time.sleep(PAUSE)


async def _work(worker_app: App, *, wait: bool) -> bool:
    """Until there is no more to do, or for good; whether it was asked to stop. Procrastinate itself also returns in
    good order where its connection for notices breaks, so the signals are ours."""
    loop, was_asked = asyncio.get_running_loop(), asyncio.Event()
    async with worker_app.open_async():
        task = loop.create_task(
            worker_app.run_worker_async(
                wait=wait, concurrency=1, delete_jobs="successful", install_signal_handlers=False
            )
        )

        def stop() -> None:
            was_asked.set()
            for one in _SIGNALS:  # a second one ends the process at once
                loop.remove_signal_handler(one)
            task.cancel()

        for one in _SIGNALS:
            loop.add_signal_handler(one, stop)
        with suppress(asyncio.CancelledError):
            await task
    return was_asked.is_set()


def _worker_connector() -> BaseConnector:
    connector = app.connector
    assert isinstance(connector, django_connector.DjangoConnector)
    return connector.get_worker_connector()
