"""Work that was interrupted: taken up again, told of, or given up."""

from contextlib import closing
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, OperationalError, connection

from temis.core import clock, jobs, stalled
from temis.core.models import Job, JobState

ONCE = {"test.once"}


@pytest.fixture
def running(db):
    return Job.objects.create(
        kind="test", title="Chiết xuất", state=JobState.RUNNING, created_at=clock.now(), started_at=clock.now(), done=5
    )


def queued(job, *, name="test.work", heartbeat=stalled.SILENT + 1, attempts=0):
    """A job that a worker has begun; the worker was heard of so many seconds ago (None: it is gone)."""
    with connection.cursor() as cursor:
        worker = None
        if heartbeat is not None:
            seen = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))"
            cursor.execute(f"{seen} RETURNING id", [heartbeat])
            (worker,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts, worker_id)"
            " VALUES ('default', %s, jsonb_build_object('job_id', %s::bigint), 'doing', %s, %s)",
            [name, job.pk if job else None, attempts, worker],
        )


def on_the_queue():
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, attempts FROM procrastinate_jobs")
        return cursor.fetchall()


@pytest.mark.parametrize("heartbeat", [stalled.SILENT + 1, None], ids=["silent", "gone"])
def test_work_of_a_dead_worker_is_put_back_and_says_so(running, heartbeat):
    queued(running, heartbeat=heartbeat)

    assert stalled.revive(ONCE) == 1

    running.refresh_from_db()
    assert on_the_queue() == [("todo", 1)]
    assert (running.state, running.started_at, running.done) == (JobState.WAITING, None, 0)
    assert running.doing == "Bị ngắt giữa chừng, đang tự chạy lại"


def test_work_of_a_worker_that_was_heard_of_is_left_alone(running):
    queued(running, heartbeat=5)

    assert stalled.revive(ONCE) == 0
    assert on_the_queue() == [("doing", 0)]


def test_work_that_somebody_is_at_is_left_alone_and_not_begun_twice(running):
    queued(running)
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [stalled.WORK, running.pk])

        assert stalled.revive(ONCE) == 0
        with stalled.held(running.pk) as is_mine:
            assert not is_mine
        # Said, not left to the end of the connection: the server notices that a moment later.
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [stalled.WORK, running.pk])

    with stalled.held(running.pk) as is_mine:
        assert is_mine


def test_work_that_must_not_be_begun_twice_is_told_of(running):
    queued(running, name="test.once")

    stalled.revive(ONCE)

    running.refresh_from_db()
    assert on_the_queue() == []
    assert (running.state, running.message.partition(".")[0]) == (
        JobState.FAILED,
        "Việc này bị ngắt giữa chừng vì máy chủ dừng",
    )


def test_work_that_takes_its_worker_down_each_time_is_given_up(running):
    queued(running, attempts=stalled.TRIES - 1)

    stalled.revive(ONCE)

    running.refresh_from_db()
    assert (on_the_queue(), running.state) == ([], JobState.FAILED)


def test_work_that_somebody_began_anew_is_only_taken_off_the_queue(running):
    Job.objects.update(state=JobState.FAILED, finished_at=clock.now(), message="Đã chạy lại")
    queued(running)

    stalled.revive(ONCE)

    running.refresh_from_db()
    assert (on_the_queue(), running.message) == ([], "Đã chạy lại")


@pytest.mark.parametrize(("arguments", "left"), [('{"timestamp": 0}', []), ('{"user_ids": [1]}', [("todo", 1)])])
def test_work_of_set_times_comes_again_by_itself_and_a_letter_is_put_back(db, arguments, left):
    queued(None)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET args = %s", [arguments])

    stalled.revive(ONCE)

    assert on_the_queue() == left


@pytest.mark.parametrize(
    ("error", "attempts", "is_again"),
    [(OperationalError(), 0, True), (OperationalError(), stalled.TRIES, False), (IntegrityError(), 0, False)],
)
def test_work_is_tried_again_after_an_outage_and_after_nothing_else(error, attempts, is_again):
    decision = stalled.AfterOutage().get_retry_decision(exception=error, job=SimpleNamespace(attempts=attempts))

    assert (decision is not None) == is_again


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("again", "state"), [(True, JobState.WAITING), (False, JobState.FAILED)])
def test_work_under_which_the_database_went_away_waits_or_has_failed(again, state):
    def away(progress):
        raise OperationalError

    job = Job.objects.create(kind="test", title="Nạp", created_at=clock.now())

    with pytest.raises(OperationalError):
        jobs._run(away, job.pk, {}, again=again)

    job.refresh_from_db()
    assert job.state == state
