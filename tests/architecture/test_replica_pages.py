"""Which pages may be a moment behind: those that count and report, none on which somebody works."""

from tests.architecture.addresses import ALL

REPLICA_PAGES = {
    "following:progress",
    "following:body",
    "following:people",
    "following:group_body",
    "following:group_people",
    "reporting:overview",
    "reporting:list",
    "reporting:version",
    "reporting:tables",
    "reporting:differences",
    "reporting:download",
}


def test_pages_that_a_replica_may_answer():
    assert {one.name for one in ALL if any(said.replica for said in one.declares)} == REPLICA_PAGES
