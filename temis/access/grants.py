"""The one table of rights: role × permission → reach. Lists, pages, buttons and reports all derive from it.

A right on manager appraisals reaches a subtree, yet who decides on which principal is data
(`appraisals.DeciderRule`); that nobody decides on himself is a constraint.
"""

from temis.access.roles import P, Reach, Role

_EVERYBODY = {
    P.HOME: Reach.OWN,
    P.OWN_PROFILE: Reach.OWN,
    P.OWN_AUDIT: Reach.OWN,
}
_APPRAISED = _EVERYBODY | {
    P.OWN_APPRAISAL: Reach.OWN,
    P.OWN_EVIDENCE: Reach.OWN,
}
_TEACHER = _APPRAISED | {
    P.PEER_OPINION_GIVE: Reach.GROUP,
    P.STAFF_OPINION_GIVE: Reach.UNIT,
}
_FOLLOWS = {
    P.ORGANIZATION_VIEW: Reach.SUBTREE,
    P.PERSON_VIEW: Reach.SUBTREE,
    P.AUDIT_VIEW: Reach.SUBTREE,
    P.PERIOD_VIEW: Reach.SUBTREE,
    P.APPRAISAL_VIEW: Reach.SUBTREE,
    P.OPINION_PROGRESS: Reach.SUBTREE,
    P.OPINION_RESULT: Reach.SUBTREE,
    P.PROGRESS_VIEW: Reach.SUBTREE,
    P.REMIND: Reach.SUBTREE,
    P.REPORT_VIEW: Reach.SUBTREE,
}
_PROVINCE = (
    _EVERYBODY
    | _FOLLOWS
    | {
        P.ORGANIZATION_MANAGE: Reach.SUBTREE,
        P.PERSON_MANAGE: Reach.SUBTREE,
        P.CODE_ISSUE: Reach.SUBTREE,
        P.ACCOUNT_MANAGE: Reach.SUBTREE,
        P.IMPORT_ORGANIZATIONS: Reach.SUBTREE,
        P.IMPORT_STAFF: Reach.SUBTREE,
        P.IMPORT_RESULTS: Reach.SUBTREE,
        P.PERIOD_NARROW: Reach.SUBTREE,
        P.APPRAISAL_EXCLUDE: Reach.SUBTREE,
    }
)

GRANTS: dict[Role, dict[P, Reach]] = {
    Role.TEACHER: _TEACHER,
    Role.GROUP_LEADER: _TEACHER
    | {
        P.OPINION_PROGRESS: Reach.GROUP,
        P.OPINION_RESULT: Reach.GROUP,
        P.PROGRESS_VIEW: Reach.GROUP,
        P.REMIND: Reach.GROUP,
    },
    Role.STAFF: _EVERYBODY | {P.STAFF_OPINION_GIVE: Reach.UNIT},
    Role.DEPUTY_PRINCIPAL: _APPRAISED
    | {
        P.ORGANIZATION_VIEW: Reach.UNIT,
        P.PERSON_VIEW: Reach.UNIT,
        P.PERIOD_VIEW: Reach.UNIT,
        P.PROGRESS_VIEW: Reach.UNIT,
        P.REMIND: Reach.UNIT,
    },
    Role.PRINCIPAL: _APPRAISED
    | {
        P.ORGANIZATION_VIEW: Reach.UNIT,
        P.PERSON_VIEW: Reach.UNIT,
        P.PERSON_MANAGE: Reach.UNIT,
        P.CODE_ISSUE: Reach.UNIT,
        P.ACCOUNT_MANAGE: Reach.UNIT,
        P.DELEGATE: Reach.UNIT,
        P.AUDIT_VIEW: Reach.UNIT,
        P.IMPORT_STAFF: Reach.UNIT,
        P.IMPORT_RESULTS: Reach.UNIT,
        P.PERIOD_VIEW: Reach.UNIT,
        P.PERIOD_NARROW: Reach.UNIT,
        P.APPRAISAL_VIEW: Reach.UNIT,
        P.APPRAISAL_DECIDE: Reach.UNIT,
        P.APPRAISAL_EXCLUDE: Reach.UNIT,
        P.OPINION_PROGRESS: Reach.UNIT,
        P.OPINION_RESULT: Reach.UNIT,
        P.PROGRESS_VIEW: Reach.UNIT,
        P.REMIND: Reach.UNIT,
    },
    Role.LOCAL_OFFICER: _EVERYBODY
    | _FOLLOWS
    | {
        P.PERSON_MANAGE: Reach.SUBTREE,
        P.CODE_ISSUE: Reach.SUBTREE,
        P.ACCOUNT_MANAGE: Reach.SUBTREE,
        P.IMPORT_STAFF: Reach.SUBTREE,
        P.IMPORT_RESULTS: Reach.SUBTREE,
    },
    Role.LOCAL_LEADER: _EVERYBODY
    | _FOLLOWS
    | {
        P.DELEGATE: Reach.UNIT,
        P.GRANT_MANAGE: Reach.UNIT,
        P.ACCOUNT_MANAGE: Reach.SUBTREE,
        P.APPRAISAL_DECIDE: Reach.SUBTREE,
        P.APPRAISAL_EXCLUDE: Reach.SUBTREE,
    },
    Role.PROVINCE_OFFICER: _PROVINCE | {P.REPORT_EDIT: Reach.SUBTREE, P.REPORT_PUBLISH: Reach.SUBTREE},
    Role.PROVINCE_LEADER: _PROVINCE
    | {
        P.DELEGATE: Reach.UNIT,
        P.GRANT_MANAGE: Reach.SUBTREE,
        P.APPRAISAL_DECIDE: Reach.SUBTREE,
        P.REPORT_APPROVE: Reach.SUBTREE,
        P.REPORT_PUBLISH: Reach.SUBTREE,
    },
    Role.MINISTRY_OFFICER: _EVERYBODY
    | {
        P.ORGANIZATION_VIEW: Reach.SUBTREE,
        P.ORGANIZATION_MANAGE: Reach.SUBTREE,
        P.IMPORT_ORGANIZATIONS: Reach.SUBTREE,
        P.PERIOD_VIEW: Reach.SUBTREE,
        P.PERIOD_MANAGE: Reach.SUBTREE,
        P.PROGRESS_VIEW: Reach.SUBTREE,
        P.REPORT_VIEW: Reach.SUBTREE,
        P.REPORT_OVERVIEW: Reach.SUBTREE,
        P.REPORT_EDIT: Reach.UNIT,  # the report of the whole country
        P.REPORT_PUBLISH: Reach.UNIT,  # the same
        P.STANDARD_MANAGE: Reach.SUBTREE,
        P.REMIND: Reach.SUBTREE,
        P.GRANT_MANAGE: Reach.SUBTREE,
    },
    Role.MINISTRY_LEADER: _EVERYBODY
    | {
        P.ORGANIZATION_VIEW: Reach.SUBTREE,
        P.PERIOD_VIEW: Reach.SUBTREE,
        P.PROGRESS_VIEW: Reach.SUBTREE,
        P.REPORT_VIEW: Reach.SUBTREE,
        P.REPORT_OVERVIEW: Reach.SUBTREE,
        P.REPORT_APPROVE: Reach.UNIT,  # the report of the whole country
        P.REPORT_PUBLISH: Reach.UNIT,  # the same
        P.DELEGATE: Reach.UNIT,
        P.GRANT_MANAGE: Reach.SUBTREE,
    },
    Role.LECTURER: _EVERYBODY | {P.REPORT_VIEW: Reach.UNIT},
    Role.ADMINISTRATOR: _EVERYBODY
    | {
        P.ORGANIZATION_VIEW: Reach.SUBTREE,
        P.ORGANIZATION_MANAGE: Reach.SUBTREE,
        P.CODE_ISSUE: Reach.SUBTREE,
        P.ACCOUNT_MANAGE: Reach.SUBTREE,
        P.GRANT_MANAGE: Reach.SUBTREE,
        P.AUDIT_VIEW: Reach.SUBTREE,
        P.IMPORT_ORGANIZATIONS: Reach.SUBTREE,
        P.IMPORT_STAFF: Reach.SUBTREE,
        P.SYSTEM_MANAGE: Reach.SUBTREE,
    },
}

# What a head may hand to a deputy for a time (each by name, never "everything").
DELEGABLE: dict[Role, frozenset[P]] = {
    Role.PRINCIPAL: frozenset(
        {
            P.APPRAISAL_VIEW,
            P.APPRAISAL_DECIDE,
            P.APPRAISAL_EXCLUDE,
            P.OPINION_PROGRESS,
            P.OPINION_RESULT,
            P.PERIOD_NARROW,
            P.PERSON_MANAGE,
            P.CODE_ISSUE,
            P.ACCOUNT_MANAGE,
            P.IMPORT_STAFF,
            P.IMPORT_RESULTS,
        }
    ),
    Role.LOCAL_LEADER: frozenset({P.APPRAISAL_VIEW, P.APPRAISAL_DECIDE, P.APPRAISAL_EXCLUDE}),
    Role.PROVINCE_LEADER: frozenset(
        {P.APPRAISAL_VIEW, P.APPRAISAL_DECIDE, P.APPRAISAL_EXCLUDE, P.REPORT_APPROVE, P.REPORT_PUBLISH}
    ),
    Role.MINISTRY_LEADER: frozenset({P.REPORT_APPROVE, P.REPORT_PUBLISH}),
}

# Roles above the school: a second factor is asked for.
SECOND_FACTOR = frozenset(
    {
        Role.LOCAL_OFFICER,
        Role.LOCAL_LEADER,
        Role.PROVINCE_OFFICER,
        Role.PROVINCE_LEADER,
        Role.MINISTRY_OFFICER,
        Role.MINISTRY_LEADER,
        Role.LECTURER,
        Role.ADMINISTRATOR,
    }
)
