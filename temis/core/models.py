"""Records that belong to no domain: the audit trail and long work."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnly(models.Model):
    """Rows that nobody can change or remove through the application."""

    class Meta:
        abstract = True
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class AuditEntry(AppendOnly):
    """One action: who, as what, under whose delegation, when, from where, on what. Ids only: it outlives all."""

    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    rule_id = models.CharField(max_length=12, blank=True)
    user_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=30, blank=True)
    unit_id = models.BigIntegerField(null=True)
    delegation_id = models.BigIntegerField(null=True)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    organization_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    count = models.IntegerField(null=True)
    note = models.TextField(blank=True)
    address = models.GenericIPAddressField(null=True)
    context_id = models.UUIDField(null=True)

    class Meta(AppendOnly.Meta):
        verbose_name = _("dấu vết")
        indexes = [
            models.Index(fields=["organization_id", "-at", "-id"], name="audit_of_body"),
            models.Index(fields=["person_id", "-id"], name="audit_person"),
            models.Index(fields=["object_type", "object_id"], name="audit_object"),
            models.Index(fields=["user_id", "-id"], name="audit_user"),
            models.Index(fields=["action", "-at"], name="audit_action"),
            models.Index(fields=["-at", "-id"], name="audit_latest"),
        ]


class AccessEntry(AppendOnly):
    """Somebody looked at a person's record."""

    at = models.DateTimeField()
    user_id = models.BigIntegerField()
    actor = models.CharField(max_length=200)
    role = models.CharField(max_length=30)
    unit_id = models.BigIntegerField(null=True)
    delegation_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField()
    what = models.CharField(max_length=60)
    address = models.GenericIPAddressField(null=True)

    class Meta(AppendOnly.Meta):
        verbose_name = _("lượt xem")
        indexes = [models.Index(fields=["person_id", "-id"], name="access_person")]


class JobState(models.TextChoices):
    WAITING = "WAITING", _("Đang chờ")
    RUNNING = "RUNNING", _("Đang chạy")
    DONE = "DONE", _("Đã xong")
    FAILED = "FAILED", _("Không xong")


class Job(models.Model):
    """Long work that somebody waits for: what it does, how far it is, what came out. Run by procrastinate."""

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    user_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    doing = models.CharField(max_length=200, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    message = models.TextField(blank=True)
    result_url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("việc chạy nền")
        indexes = [models.Index(fields=["user_id", "-id"], name="job_user")]
        constraints = [
            models.CheckConstraint(name="job_state", condition=models.Q(state__in=JobState.values)),
            models.CheckConstraint(
                name="job_finished_iff_ended",
                condition=models.Q(state__in=["DONE", "FAILED"], finished_at__isnull=False)
                | (~models.Q(state__in=["DONE", "FAILED"]) & models.Q(finished_at=None)),
            ),
        ]

    @property
    def percent(self) -> int | None:
        """How far, 0 to 100; None while the size of the work is unknown."""
        if self.state == JobState.DONE:
            return 100
        return None if not self.total else min(100, round(100 * self.done / self.total))
