"""Addresses of databases, as Django gets them."""

import pytest

from temis.config.databases import KEEP_PLANS, PATIENCE, SILENCE, database, databases, pooled, shared

ADDRESSES = [
    (
        "postgresql://temis@/temis?host=%2Fvar%2Flib%2Ftemis",
        {"HOST": "/var/lib/temis", "PORT": "", "USER": "temis", "PASSWORD": "", "NAME": "temis", "OPTIONS": KEEP_PLANS},
    ),
    (
        "postgresql://temis:m%40t@db.example.vn:5433/temis?sslmode=verify-full&connect_timeout=9",
        {
            "HOST": "db.example.vn",
            "PORT": "5433",
            "USER": "temis",
            "PASSWORD": "m@t",
            "NAME": "temis",
            "OPTIONS": KEEP_PLANS | SILENCE | {"sslmode": "verify-full", "connect_timeout": "9"},
        },
    ),
    (
        "postgresql://temis@db1:5432,db2:5433/temis",
        {
            "HOST": "db1,db2",
            "PORT": "5432,5433",
            "USER": "temis",
            "PASSWORD": "",
            "NAME": "temis",
            "OPTIONS": KEEP_PLANS | SILENCE | {"target_session_attrs": "read-write"},
        },
    ),
]


@pytest.mark.parametrize(("url", "expected"), ADDRESSES)
def test_address_of_one_or_several_machines(url, expected):
    found = databases(url)

    assert set(found) == {"default"}
    assert {name: found["default"][name] for name in expected} == expected


def test_replicas_are_standbys_and_tests_read_the_database_of_the_tests():
    found = databases("postgresql://temis@db1,db2/temis", replica_url="postgresql://temis@db1,db2/temis", test_db="x")

    assert found["replica"]["OPTIONS"]["target_session_attrs"] == "standby"
    assert found["replica"]["TEST"] == {"MIRROR": "default"}
    assert found["default"]["TEST"] == {"NAME": "test_temis_x"}


def test_which_machine_is_meant_can_be_said_in_the_address():
    found = database("postgresql://temis@db1,db2/temis?target_session_attrs=any", several="standby")

    assert found["OPTIONS"]["target_session_attrs"] == "any"


def test_pooler_keeps_all_but_the_address_and_nothing_longer_than_a_transaction():
    direct = databases("postgresql://temis@db1,db2/temis", test_db="x")["default"]

    through = pooled(direct, "postgresql://temis@127.0.0.1:6432/temis")

    assert (through["HOST"], through["PORT"]) == ("127.0.0.1", "6432")
    assert through["OPTIONS"] == SILENCE | {"prepare_threshold": None}
    assert through["DISABLE_SERVER_SIDE_CURSORS"]
    assert {name: through[name] for name in ("ENGINE", "CONN_MAX_AGE", "CONN_HEALTH_CHECKS", "TEST")} == {
        name: direct[name] for name in ("ENGINE", "CONN_MAX_AGE", "CONN_HEALTH_CHECKS", "TEST")
    }


@pytest.mark.parametrize("alias", ["default", "replica"])
def test_threads_that_hand_connections_on_give_up_soon_and_try_anew(alias):
    direct = databases("postgresql://temis@db1,db2/temis", replica_url="postgresql://temis@db1,db2/temis")[alias]

    handed_on = shared(direct, 6, patience=PATIENCE[alias])

    pool = handed_on["OPTIONS"].pop("pool")
    assert (pool["timeout"], pool["reconnect_timeout"]) == (PATIENCE[alias], PATIENCE[alias])
    own = {"ENGINE": "temis.core.database", "CONN_HEALTH_CHECKS": False}
    assert handed_on == direct | own | {"CONN_MAX_AGE": 0}
