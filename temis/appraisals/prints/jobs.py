"""All forms of a school in one file: long work."""

from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from temis.access import NotPermitted, P, Scope
from temis.appraisals.models import Period
from temis.appraisals.prints import reading
from temis.appraisals.prints.render import render
from temis.core import audit, clock, jobs, kept
from temis.core.errors import RuleViolation
from temis.core.models import Job
from temis.people.assignments import scope_of_held

KIND = "appraisals.print"


def request_print(period: Period, *, scope: Scope) -> Job:
    """Ask for the sheets of everybody on whom the one who acts decides; refused at once where there are none."""
    scope.require(P.APPRAISAL_DECIDE)
    if not reading.all_of_a_school(period, scope):
        raise RuleViolation("APR-28", _("Chưa có phiếu nào để in: chưa ai gửi tự đánh giá."))
    title = _("In phiếu của trường, %(period)s") % {"period": period.name}
    return jobs.start(print_all, title=title, scope=scope, period_id=period.pk, assignment_id=scope.assignment_id)


@jobs.work(KIND)
def print_all(progress: jobs.Progress, period_id: int, assignment_id: str) -> jobs.Outcome:
    """Rights are looked up again when the work begins: they may have ended since it was asked for."""
    scope = scope_of_held(assignment_id)
    if scope is None:
        raise NotPermitted(P.APPRAISAL_DECIDE)
    period = Period.objects.get(pk=period_id)
    people = reading.all_of_a_school(period, scope)
    forms = []
    for done, appraisal in enumerate(people, 1):
        forms += reading.sheets_of(appraisal, scope)
        progress(done, len(people), _("Điền phiếu"))
    content = render(forms, at=clock.now())
    with audit.context(scope):
        audit.record("appraisal.print", scope=scope, target=period, organization_id=scope.unit_id, count=len(people))
    name = kept.keep("prints", assignment_id, f"{clock.now():%Y%m%d%H%M%S}.pdf", ContentFile(content))
    count = ngettext("Đã in phiếu của %(count)s người.", "Đã in phiếu của %(count)s người.", len(people))
    url = reverse("appraisals:printed", args=[name])
    return jobs.Outcome(count % {"count": len(people)}, url)
