"""People, what they work as, where and when; and as what they may act (derived, never stored)."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from temis.access import P, Role, ScopedQuerySet
from temis.accounts.models import Delegation, User
from temis.core.fields import BeforeGiven, PairsOf, VnFold, WordsOf
from temis.core.ltree import LtreeField
from temis.organizations.enums import SchoolLevel
from temis.organizations.models import Organization
from temis.people.enums import KINH, MANAGERS, OFFICERS, Gender, Position


class PersonQuerySet(ScopedQuerySet["Person"]):
    """A person is within reach through an employment that is in force (`home` is the main one)."""

    owner, group, unit, path = "id", "group_id", "organization_id", "organization__path"


@pghistory.track()
class Person(models.Model):
    """Somebody of the sector database. `organization`, `group`, `position` and `level` repeat the employment in force
    today, empty when none is, and `is_core` whether he is a core teacher or manager today (projection, written by
    `actions.project_people`), so that lists and rights need no join on dates."""

    # Personal data, for scrubbing a dump and for answering a person's request.
    PERSONAL_FIELDS = ("full_name", "birth_date", "id_number", "email", "phone", "gender", "ethnic_group")

    code = models.CharField(_("mã định danh"), max_length=40, unique=True)
    user = models.OneToOneField(User, models.PROTECT, null=True, related_name="person", verbose_name=_("tài khoản"))
    full_name = models.CharField(_("họ và tên"), max_length=120)
    sort_key = models.CharField(max_length=300, db_collation="C", editable=False)
    birth_date = models.DateField(_("ngày sinh"), null=True)
    id_number = models.CharField(_("số CCCD"), max_length=20, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    phone = models.CharField(_("điện thoại"), max_length=20, blank=True)
    gender = models.CharField(_("giới tính"), max_length=1, choices=Gender)
    ethnic_group = models.CharField(_("dân tộc"), max_length=40, default=KINH)
    is_minority = models.GeneratedField(
        expression=models.ExpressionWrapper(~Q(ethnic_group=KINH), output_field=models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
        editable=False,
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="people", verbose_name=_("đơn vị")
    )
    group = models.ForeignKey(
        "people.SubjectGroup", models.SET_NULL, null=True, related_name="people", verbose_name=_("tổ chuyên môn")
    )
    position = models.CharField(_("vị trí việc làm"), max_length=20, choices=Position, blank=True)
    level = models.CharField(_("cấp học"), max_length=4, choices=SchoolLevel, blank=True, db_default="", editable=False)
    is_core = models.BooleanField(_("cốt cán"), default=False, db_default=False, editable=False)
    search = models.GeneratedField(
        expression=VnFold("full_name"), output_field=models.TextField(), db_persist=True, editable=False
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhân sự")
        indexes = [
            GinIndex(WordsOf("search"), name="person_words"),
            GinIndex(PairsOf("search"), name="person_word_pairs"),
            GinIndex(WordsOf(BeforeGiven("search", "sort_key")), name="person_words_before_given"),
            GinIndex(PairsOf(BeforeGiven("search", "sort_key")), name="person_pairs_before_given"),
            models.Index(fields=["organization", "sort_key", "id"], name="person_by_name"),
            # What tells who of the country is on a page of a list stands in it, so that nobody else's row is read.
            models.Index(
                fields=["sort_key", "id"],
                include=["organization", "position", "level", "user"],
                name="person_by_name_anywhere",
            ),
            # Few among many: by name alone, PostgreSQL would go through the country for a page of them.
            models.Index(
                fields=["position", "sort_key", "id"],
                condition=~Q(position=Position.TEACHER),
                name="person_of_post_by_name",
            ),
            models.Index(
                fields=["sort_key", "id"],
                condition=Q(group=None, position=Position.TEACHER),
                name="teacher_without_group",
            ),
            models.Index(fields=["sort_key", "id"], condition=Q(is_core=True), name="person_core_by_name"),
        ]
        constraints = [
            models.CheckConstraint(name="person_gender", condition=Q(gender__in=Gender.values)),
            models.UniqueConstraint(fields=["id_number"], condition=~Q(id_number=""), name="one_person_per_id_number"),
        ]

    def __str__(self) -> str:
        return self.full_name


@pghistory.track()
class SubjectGroup(models.Model):
    """Tổ chuyên môn of a school."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="groups", verbose_name=_("đơn vị"))
    name = models.CharField(_("tổ chuyên môn"), max_length=120)

    class GroupQuerySet(ScopedQuerySet["SubjectGroup"]):
        owner, group = None, "id"

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("tổ chuyên môn")
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="one_group_per_name")]

    def __str__(self) -> str:
        return self.name


class EmploymentQuerySet(ScopedQuerySet["Employment"]):
    group = "group_id"


class TimeAsLeader(models.Func):
    """The part of an employment in which its holder leads the group."""

    arg_joiner = " * daterange("
    template = "(%(expressions)s, NULL))"
    output_field = DateRangeField()


@pghistory.track()
class Employment(models.Model):
    """One position of one person in one body, for a time. A transfer ends one and begins another."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="employments", verbose_name=_("nhân sự"))
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="employments", verbose_name=_("đơn vị"))
    position = models.CharField(_("vị trí việc làm"), max_length=20, choices=Position)
    level = models.CharField(_("cấp học"), max_length=4, choices=SchoolLevel, blank=True)
    subject = models.CharField(_("môn dạy"), max_length=80, blank=True)
    group = models.ForeignKey(
        SubjectGroup, models.PROTECT, null=True, related_name="employments", verbose_name=_("tổ chuyên môn")
    )
    leads_group = models.BooleanField(_("tổ trưởng"), default=False)
    # Empty: since the employment began. Whoever takes over within his employment leads from that day on.
    leads_since = models.DateField(_("tổ trưởng từ ngày"), null=True)
    validity = DateRangeField(_("thời gian"))

    objects = EmploymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("quá trình công tác")
        indexes = [
            models.Index(fields=["organization", "position"], name="employment_by_body"),
            # Few of a country: who of a whole province stands as high as its officers (`standing_below`). A list in the
            # condition would read otherwise each time that the index is made again.
            models.Index(
                fields=["position", "person"],
                condition=Q(position=OFFICERS[0]) | Q(position=OFFICERS[1]) | Q(position=OFFICERS[2]),
                name="employment_of_officers",
            ),
        ]
        constraints = [
            ExclusionConstraint(
                name="one_employment_per_body_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("organization", RangeOperators.EQUAL),
                    ("validity", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(name="employment_validity_not_empty", condition=Q(validity__isempty=False)),
            models.CheckConstraint(name="employment_position", condition=Q(position__in=Position.values)),
            models.CheckConstraint(name="leader_has_group", condition=Q(leads_group=False) | Q(group__isnull=False)),
            models.CheckConstraint(name="only_leaders_lead_since", condition=Q(leads_group=True) | Q(leads_since=None)),
            # PPL-10. Looked at when a statement has ended: one statement may hand many groups over.
            ExclusionConstraint(
                name="one_leader_per_group_at_a_time",
                expressions=[
                    ("group", RangeOperators.EQUAL),
                    (TimeAsLeader("validity", "leads_since"), RangeOperators.OVERLAPS),
                ],
                condition=Q(leads_group=True),
                deferrable=models.Deferrable.IMMEDIATE,
            ),
        ]

    @property
    def is_manager(self) -> bool:
        return self.position in MANAGERS


@pghistory.track()
class CoreAppointment(models.Model):
    """Core teacher or core manager (cốt cán), TT 20/2018 Điều 12, by appointment with dates."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="core_appointments", verbose_name=_("nhân sự"))
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    validity = DateRangeField(_("thời gian"))
    document = models.CharField(_("quyết định"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("cốt cán")
        constraints = [
            ExclusionConstraint(
                name="one_core_appointment_at_a_time",
                expressions=[("person", RangeOperators.EQUAL), ("validity", RangeOperators.OVERLAPS)],
            )
        ]


class RoleAssignment(models.Model):
    """As what a user may act today: a view over employments, grants and delegations that are in force.

    `id` is stable while its source is ("e12", "l12", "g5", "d7"); `permissions` is null but for delegations.
    """

    id = models.CharField(max_length=24, primary_key=True)
    user = models.ForeignKey(User, models.DO_NOTHING, related_name="assignments")
    role = models.CharField(max_length=20, choices=Role)
    organization = models.ForeignKey(Organization, models.DO_NOTHING, related_name="+")
    path = LtreeField()
    group_id = models.BigIntegerField(null=True)
    delegation = models.ForeignKey(Delegation, models.DO_NOTHING, null=True, related_name="+")
    permissions = ArrayField(models.CharField(max_length=30, choices=P), null=True)
    until = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "people_role_assignment"
