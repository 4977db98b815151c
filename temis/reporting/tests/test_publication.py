"""What must hold before a report is published, and who publishes."""

import io
from datetime import date

import pytest
from django.urls import reverse

from temis.access import NotPermitted, Role
from temis.core import jobs
from temis.core.errors import RuleViolation
from temis.core.models import Job
from temis.reporting import jobs as report_jobs
from temis.reporting.actions import life, publication, sending
from temis.reporting.tests import factories

pytestmark = pytest.mark.usefixtures("storage")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def approved(cast):
    factories.decided_period(cast, teacher=2, teacher_2=3, teacher_20=1, principal=2)
    return factories.approved(cast)


def request(version, cast, **changes) -> Job:
    values = {"number": "412", "issued_on": date(2020, 12, 28)} | changes
    return report_jobs.request_publication(version.pk, scope=factories.leader(cast), **values)


def test_publication_needs_a_key_or_a_scan(approved, cast):
    with pytest.raises(RuleViolation) as refused:
        request(approved, cast)
    publication.attach_scan(approved.pk, file=io.BytesIO(PDF), scope=factories.officer(cast))

    job = request(approved, cast)

    assert refused.value.rule_id == "RPT-11"
    assert job.kind == "report.publish"


def test_wrong_password_of_the_key_is_told_before_the_work_begins(approved, cast, settings, demo_key):
    settings.SIGNING_KEY, settings.SIGNING_PASSWORD = demo_key.pkcs12, "sai"

    with pytest.raises(RuleViolation) as refused:
        request(approved, cast)

    assert refused.value.rule_id == "RPT-11"
    assert not Job.objects.exists()


@pytest.mark.parametrize("changes", [{"number": " "}, {"issued_on": date(2999, 1, 1)}])
def test_an_issued_document_bears_number_and_date(approved, cast, signing, changes):
    with pytest.raises(RuleViolation) as refused:
        request(approved, cast, **changes)

    assert refused.value.rule_id == "RPT-07"


def test_double_click_starts_one_job(approved, cast, signing):
    first, second = request(approved, cast), request(approved, cast)

    assert first == second
    assert Job.objects.count() == 1


def test_scan_that_is_no_pdf_is_refused(approved, cast):
    with pytest.raises(RuleViolation):
        publication.attach_scan(approved.pk, file=io.BytesIO(b"chu ky"), scope=factories.officer(cast))


def test_nothing_is_public_before_publication(approved, client):
    for name, *more in (("public_report",), ("public_version", 1), ("public_file", 1, "report.json")):
        assert client.get(reverse(f"reporting:{name}", args=["93", 2020, *more])).status_code == 404


def test_national_report_goes_from_the_officer_over_the_leader_to_the_public_page(cast, client, signing, fonts):
    factories.decided_period(cast, teacher=2, teacher_b=3)
    officer = cast.scope("ministry_officer", Role.MINISTRY_OFFICER)
    leader = cast.scope("ministry_leader", Role.MINISTRY_LEADER)
    version = life.submit_version(factories.frozen(cast, None).pk, scope=officer)
    with pytest.raises(NotPermitted):
        life.approve_version(version.pk, scope=officer)
    with pytest.raises(NotPermitted):
        life.approve_version(version.pk, scope=factories.leader(cast))
    version = factories.issued(life.approve_version(version.pk, scope=leader))

    publication.publish_version(version.pk, scope=leader, progress=jobs.Progress(None))
    sent = sending.send_version(version.pk, scope=officer)

    page = client.get(reverse("reporting:public_report", args=["vn", 2020]))
    assert page.status_code == 200
    assert "Toàn quốc" in page.content.decode()
    assert list(client.get(reverse("reporting:public")).context["national"].files.values_list("audience").distinct())
    assert sent == 2


def test_who_may_not_publish_asks_for_nothing(approved, cast, signing):
    for who in ("province_officer_b", "ministry_officer", "teacher"):
        with pytest.raises(NotPermitted):
            report_jobs.request_publication(
                approved.pk, number="1", issued_on=date(2020, 12, 28), scope=cast.scope(who)
            )
