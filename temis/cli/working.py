"""`temis worker`: runs what is on the queue."""

import time

import structlog
from procrastinate.connector import BaseConnector
from procrastinate.contrib.django import app, django_connector
from procrastinate.exceptions import ConnectorException

log = structlog.get_logger()

PAUSE = 5.0  # seconds until the database is asked again after it went away


def run_worker(*, wait: bool) -> None:
    """Jobs one after the other (they are synchronous and keep a core busy); a lost database is waited for.

    Connections are kept between jobs by `CONN_MAX_AGE`: opening one per job would halve the throughput.
    """
    while True:
        try:
            with app.replace_connector(_worker_connector()) as worker_app:
                worker_app.run_worker(wait=wait, concurrency=1, delete_jobs="successful")
            return
        except ConnectorException as error:
            if not wait:
                raise
            log.warning("database not reachable, waiting", reason=str(error))
            time.sleep(PAUSE)


def _worker_connector() -> BaseConnector:
    connector = app.connector
    assert isinstance(connector, django_connector.DjangoConnector)
    return connector.get_worker_connector()
