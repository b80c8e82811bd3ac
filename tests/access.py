"""Every URL, who may, who may not. A URL without a line fails the build.

The scene is tests.factories.staff.Department: agent, mate and lead of one team under deputy and
supervisor; stranger and other_lead of the other team; the administrator without a person; and
somebody who is not signed in. The objects of a line belong to the agent and the team's store.
However long it grows, it stays one table: one place to read who may what, and to miss nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from staff.rulebook import queries as rulebook

TEAM = ("agent", "mate", "lead", "deputy", "supervisor")
OTHERS = ("stranger", "other_lead")
PEOPLE = (*TEAM, *OTHERS)
ROLES = (*PEOPLE, "administrator", "anonymous")
TO_SIGN_IN = 302


@dataclass(frozen=True, kw_only=True)
class Line:
    """What each role is answered. `args` makes the URL's arguments from the scene."""

    expected: Mapping[str, int]
    args: Callable[[Any], list[object]] = lambda _scene: []
    method: str = "get"
    data: Callable[[Any], dict[str, object]] = field(default=lambda _scene: {})
    token: bool = False
    """Whether the call is one of the API: with a token in its header, and JSON as its body."""
    headers: Mapping[str, str] = field(default_factory=dict)


def _by(default: int, *, anonymous: int = TO_SIGN_IN, **roles: int) -> dict[str, int]:
    return {role: roles.get(role, default) for role in ROLES} | {"anonymous": anonymous}


def open_to_all(status: int = 200) -> Mapping[str, int]:
    return _by(status, anonymous=status)


def signed_in(status: int = 200, **roles: int) -> Mapping[str, int]:
    return _by(status, **roles)


def people(status: int = 200, *, administrator: int = 404, **roles: int) -> Mapping[str, int]:
    return _by(status, administrator=administrator, **roles)


def team(status: int = 200, **roles: int) -> Mapping[str, int]:
    """The team and those above it; for everybody else the thing does not exist."""
    return _by(status, **{"administrator": 404, "stranger": 404, "other_lead": 404, **roles})


def leads_only() -> Mapping[str, int]:
    """Leads and above; agents and the administrator may not."""
    return people(403, administrator=403, lead=200, deputy=200, supervisor=200, other_lead=200)


def customer(scene: Any) -> list[object]:
    return ["customer", scene.case.customer.pk]


ANSWERS_FOR_STORES = _by(404, deputy=200, supervisor=200, administrator=200)
"""Who finds, gives out and erases customers' data of the stores (§10)."""


def leads_only_call(other: int, **roles: int) -> Mapping[str, int]:
    """Rows that leads send; those of another team meet rows that are not theirs."""
    return _by(403, other_lead=other, **roles)


def makeup(scene: Any) -> list[object]:
    return [scene.makeup.pk]


MAINTAIN = {"deputy": 200, "supervisor": 200, "administrator": 200}


def item(scene: Any) -> list[object]:
    return [scene.item.pk]


def action(scene: Any) -> list[object]:
    return [scene.action.pk]


def survey(scene: Any) -> list[object]:
    return [scene.survey.pk]


def question(scene: Any) -> list[object]:
    return [scene.survey.pk, scene.survey_question.pk]


def case(scene: Any) -> list[object]:
    return [scene.case.number]


def order(scene: Any) -> list[object]:
    return [scene.order.pk]


def unpaid(scene: Any) -> list[object]:
    return [scene.unpaid.pk]


def proposal(scene: Any) -> list[object]:
    return [scene.case.number, 1]


def procedure(scene: Any) -> list[object]:
    return [scene.case.number, scene.procedure.pk]


def letter(scene: Any) -> list[object]:
    return [scene.letter.pk]


def incident(scene: Any) -> list[object]:
    return [scene.incident.number]


def task(scene: Any) -> list[object]:
    return [scene.task.pk]


def followup(scene: Any) -> list[object]:
    return [scene.followup.number]


def begun(_scene: Any) -> list[object]:
    return [date(2020, 1, 1)]


def coming(scene: Any) -> list[object]:
    return [scene.policy.valid_from]


def wages(status: int = 200) -> Mapping[str, int]:
    """The person, and deputy and supervisor above; a lead is not part of this chain (INC-8)."""
    return _by(404, agent=status, deputy=status, supervisor=status)


def deciders() -> Mapping[str, int]:
    """Leads decide on small proposals, those above on leave, make-ups and disputes as well."""
    return _by(404, lead=200, deputy=200, supervisor=200, other_lead=200)


def settlers(status: int = 200) -> Mapping[str, int]:
    return _by(403, deputy=status, supervisor=status)


def october(_scene: Any) -> dict[str, object]:
    return {"month": "2026-10"}


def editors(status: int) -> Mapping[str, int]:
    return _by(403, deputy=status, supervisor=status, administrator=status)


def team_month(scene: Any) -> dict[str, object]:
    return {"team": scene.team.pk, "month": "2026-12"}


def drafters(status: int, *, agents: int = 403) -> Mapping[str, int]:
    """Lead, deputy, supervisor and administrator draft; other teams see no such team."""
    return _by(
        404, agent=agents, mate=agents, lead=status, deputy=status, supervisor=status,
        administrator=status,
    )  # fmt: skip


def shift(scene: Any) -> list[object]:
    return [scene.shift.pk]


def run(scene: Any) -> list[object]:
    return [scene.run.pk]


def export(scene: Any) -> list[object]:
    return [scene.export.pk]


def leave(scene: Any) -> list[object]:
    return [scene.leave.pk]


def agent_number(scene: Any) -> list[object]:
    return [scene.agent.number]


def report(scene: Any) -> list[object]:
    return [scene.report.pk]


def today(_scene: Any) -> list[object]:
    return [rulebook.service_day(timezone.now())]


def shift_key(scene: Any) -> list[object]:
    return [scene.team.pk, scene.shift.day, "day"]


def reporters(status: int) -> Mapping[str, int]:
    """Agents and leads write reports; nobody above them does."""
    return people(status, deputy=404, supervisor=404)


def summers(status: int) -> Mapping[str, int]:
    """Leads and above of the team sum up its shifts."""
    return _by(404, lead=status, deputy=status, supervisor=status)


def target(scene: Any) -> list[object]:
    return [scene.target.pk]


def dispute(scene: Any) -> list[object]:
    return [scene.dispute.pk]


def liability(scene: Any) -> list[object]:
    return [scene.liability.pk]


def borne(scene: Any) -> list[object]:
    return [scene.borne.pk]


def setters(status: int) -> Mapping[str, int]:
    """Whoever sees the agent's target and may set one; the rest of the team may only look."""
    return team(status, agent=403, mate=404, lead=403, administrator=status)


def praise(scene: Any) -> list[object]:
    return [scene.praise.pk]


def demerit(scene: Any) -> list[object]:
    return [scene.demerit.pk]


def coaching(scene: Any) -> list[object]:
    return [scene.coaching.pk]


def audit(scene: Any) -> list[object]:
    return [scene.audit.pk]


def sample(scene: Any) -> list[object]:
    return [scene.sample.pk]


def calibration(scene: Any) -> list[object]:
    return [scene.calibration.pk]


def scorecard(scene: Any) -> list[object]:
    return [scene.card.scorecard_id]


def chain(status: int = 200, *, agent: int | None = None) -> Mapping[str, int]:
    """The agent and the chain above; for everybody else there is no such thing."""
    shown = {"lead": status, "deputy": status, "supervisor": status}
    return _by(404, agent=status if agent is None else agent, **shown)


def leads_post() -> Mapping[str, int]:
    """An empty form: refused with its reasons for leads and above."""
    return people(403, lead=422, deputy=422, supervisor=422, other_lead=422)


def leads_get() -> Mapping[str, int]:
    return people(403, lead=200, deputy=200, supervisor=200, other_lead=200)


def deputies(status: int) -> Mapping[str, int]:
    return people(403, deputy=status, supervisor=status)


def article(scene: Any) -> list[object]:
    return [scene.article.pk]


def announcement(scene: Any) -> list[object]:
    return [scene.announcement.pk]


def plan(scene: Any) -> list[object]:
    return [scene.plan_task.run.plan_id]


def run_of_plan(scene: Any) -> list[object]:
    return [scene.plan_task.run_id]


def course(scene: Any) -> list[object]:
    return [scene.completion.course_id]


LEADERS_GET = {"lead": 200, "deputy": 200, "supervisor": 200, "other_lead": 200}
LEADERS_POST = {"lead": 422, "deputy": 422, "supervisor": 422, "other_lead": 422}


def call(
    expected: Mapping[str, int],
    args: Callable[[Any], list[object]] = lambda _scene: [],
    *,
    method: str = "get",
    body: Callable[[Any], dict[str, object]] = lambda _scene: {},
    **headers: str,
) -> list[Line]:
    """One call of the API; without a token nobody comes in. The body of a GET is its query."""
    return [
        Line(
            expected={**expected, "anonymous": 401},
            args=args,
            method=method,
            data=body,
            token=True,
            headers={name.replace("_", "-"): text for name, text in headers.items()},
        )
    ]


TAG = '"1"'
SOON = timezone.now() + timedelta(days=1)


def handled(status: int = 200, **roles: int) -> Mapping[str, int]:
    """Calls that change a case of the agent: the agent and the leads of the store."""
    return team(status, mate=403, **roles)


API: dict[str, list[Line]] = {
    "api:me": call(signed_in()),
    "api:people": call(signed_in()),
    "api:person": call(signed_in(), lambda scene: [scene.mate.number]),
    "api:stores": call(signed_in()),
    "api:shifts": call(signed_in()),
    "api:punches": call(signed_in()),
    "api:punches_add": call(
        leads_only_call(422, lead=200, deputy=200, supervisor=200),
        method="post",
        body=lambda scene: {
            "items": [{"number": scene.agent.number, "punched_at": "2026-11-02T08:31:00+08:00"}]
        },
    ),
    "api:figures": call(signed_in()),
    "api:figure": call(
        leads_only_call(200, lead=200, deputy=200, supervisor=200),
        lambda _scene: ["complaints.stage"],
        body=lambda _scene: {"since": "2026-11-01", "until": "2026-11-30"},
    ),
    "api:figure_rows": call(
        leads_only_call(200, lead=200, deputy=200, supervisor=200),
        lambda _scene: ["complaints.stage", "REGISTERED"],
        body=lambda _scene: {"since": "2026-11-01", "until": "2026-11-30"},
    ),
    "api:measures": call(signed_in()),
    "api:measure": call(signed_in(422), lambda _scene: ["FOLLOWUPS_IN_TIME"]),  # days are missing
    "api:orders": call(signed_in()),
    "api:order": call(team(), order),
    "api:orders_put": call(
        leads_only_call(422, lead=200, deputy=200, supervisor=200),
        method="post",
        body=lambda scene: {
            "items": [
                {
                    "order": "API-1",
                    "store": scene.store.name,
                    "bought_at": "2026-11-02T08:31:00+08:00",
                }
            ]
        },
    ),
    "api:complaints": call(signed_in()),
    "api:complaint": call(team(), case),
    "api:complaint_register": call(
        people(201, administrator=403),
        method="post",
        body=lambda scene: {
            "store": scene.store.name,
            "channel": "PHONE",
            "customer": "张三",
            "description": "灯不亮",
        },
    ),
    "api:complaint_change": call(
        handled(), case, method="patch", body=lambda _scene: {"demand": "换货"}, If_Match=TAG
    ),
    "api:timeline": call(team(), case),
    "api:note_add": call(handled(201), case, method="post", body=lambda _scene: {"text": "已回电"}),
    "api:complaint_acknowledge": call(handled(), case, method="post"),
    "api:complaint_answer": call(
        handled(), case, method="post", body=lambda _scene: {"text": "换货"}
    ),
    "api:complaint_owner": call(
        team(agent=403, mate=403),
        case,
        method="post",
        body=lambda _scene: {"owner": None},
    ),
    "api:complaint_move": call(
        handled(),
        case,
        method="post",
        body=lambda _scene: {"seen": "REGISTERED", "to": "HANDLING"},
    ),
    "api:complaint_contact": call(handled(), case, method="post"),
    "api:assessment": call(team(404), case),  # nobody has assessed it
    "api:assess": call(
        handled(),
        case,
        method="put",
        body=lambda _scene: {
            "long_relation": "YES",
            "buys_again": "YES",
            "reasonable": "YES",
            "fault": "OURS",
            "findings": "漏放",
        },
        If_Match='"0"',
    ),
    "api:proposals": call(team(), case),
    "api:proposal": call(team(), proposal),
    "api:propose": call(
        handled(409),
        case,
        method="post",
        body=lambda _scene: {"remedies": [{"kind": "APOLOGY"}], "reason": "道歉"},
    ),
    "api:proposal_change": call(
        handled(),
        proposal,
        method="put",
        body=lambda _scene: {"remedies": [{"kind": "APOLOGY"}], "reason": "道歉"},
        If_Match=TAG,
    ),
    "api:proposal_submit": call(handled(409), proposal, method="post", If_Match=TAG),
    "api:proposal_decide": call(
        handled(412, agent=403),
        proposal,
        method="post",
        body=lambda _scene: {"approve": True, "reason": "同意"},
        If_Match=TAG,
    ),
    "api:followups": call(signed_in()),
    "api:followup": call(team(), followup),
    "api:followup_assign": call(
        people(422, administrator=403, **dict.fromkeys(TEAM, 201)),
        method="post",
        body=lambda scene: {
            "complaint": scene.case.number,
            "due_at": SOON.isoformat(),
            "purpose": "回电",
        },
    ),
    "api:followup_finish": call(
        handled(),
        followup,
        method="post",
        body=lambda _scene: {"outcome": "已解决"},
        If_Match=TAG,
    ),
    "api:followup_reschedule": call(
        handled(),
        followup,
        method="post",
        body=lambda _scene: {"due_at": SOON.isoformat(), "reason": "顾客没空"},
        If_Match=TAG,
    ),
    "api:followup_hand_over": call(
        handled(422, agent=200, lead=200, deputy=200, supervisor=200),
        followup,
        method="post",
        body=lambda scene: {"to": scene.mate.number, "reason": "下班"},
        If_Match=TAG,
    ),
    "api:feedback": call(signed_in()),
    "api:feedback_item": call(team(), item),
    "api:feedback_put": call(
        leads_only_call(422, lead=200, deputy=200, supervisor=200),
        method="post",
        body=lambda scene: {
            "items": [
                {
                    "channel": "STORE_REVIEW",
                    "store": scene.store.name,
                    "reference": "R-1",
                    "received_at": "2026-11-02T08:31:00+08:00",
                    "text": "好",
                }
            ]
        },
    ),
}


ACCESS: dict[str, list[Line]] = {
    # --- account: own pages of whoever is signed in --------------------------------------
    "account_login": [Line(expected=_by(302, anonymous=200))],
    "account_logout": [Line(expected=signed_in(200, anonymous=302))],
    "account_inactive": [Line(expected=open_to_all())],
    "account_reauthenticate": [Line(expected=signed_in(200))],
    "account_change_password": [Line(expected=signed_in(200))],
    "account_reset_password": [Line(expected=open_to_all())],
    "account_reset_password_done": [Line(expected=open_to_all())],
    "account_reset_password_from_key": [
        Line(args=lambda _scene: ["1", "abc-def"], expected=open_to_all())
    ],
    "account_reset_password_from_key_done": [Line(expected=open_to_all())],
    "mfa_index": [Line(expected=signed_in(200))],
    "mfa_authenticate": [Line(expected=open_to_all(302))],
    "mfa_reauthenticate": [Line(expected=signed_in(302))],
    "mfa_activate_totp": [Line(expected=signed_in(302))],
    "mfa_deactivate_totp": [Line(expected=signed_in(404))],
    "mfa_view_recovery_codes": [Line(expected=signed_in(404))],
    "mfa_generate_recovery_codes": [Line(expected=signed_in(302))],
    "mfa_download_recovery_codes": [Line(expected=signed_in(404))],
    "usersessions_list": [Line(expected=signed_in(200))],
    **API,
    # --- shell ----------------------------------------------------------------------------
    "portal:home": [Line(expected=signed_in())],
    "portal:poll": [Line(expected=_by(204, agent=200, anonymous=401))],  # news for the agent
    "portal:search": [Line(expected=signed_in())],
    "portal:drafts": [
        Line(expected=signed_in()),
        Line(
            method="post",
            data=lambda _scene: {"place": "note-1", "text": '[["text", "杯", null]]'},
            expected=signed_in(),
        ),
    ],
    "portal:decisions": [Line(expected=deciders())],
    "portal:tile_decide": [Line(expected=deciders())],
    "portal:open_work": [Line(expected=people())],
    "portal:tile_open": [Line(expected=people())],
    "portal:language": [
        Line(method="post", data=lambda _scene: {"language": "en"}, expected=open_to_all(302))
    ],
    "portal:notices": [Line(expected=signed_in())],
    "portal:notice_choices": [
        Line(expected=signed_in()),
        Line(method="post", expected=signed_in(302)),
    ],
    "portal:notice_rules": [Line(expected=_by(404, **MAINTAIN))],
    "portal:notice_words": [Line(expected=_by(404, **MAINTAIN))],
    "portal:read": [Line(method="post", expected=signed_in(302))],
    "portal:notice": [Line(args=lambda scene: [scene.notice.pk], expected=_by(404, agent=302))],
    "portal:audit": [Line(expected=signed_in())],
    "portal:outbox": [Line(expected=_by(404, deputy=200, supervisor=200, administrator=200))],
    "portal:retry": [
        Line(method="post", expected=_by(404, deputy=302, supervisor=302, administrator=302))
    ],
    "portal:privacy": [
        Line(expected=ANSWERS_FOR_STORES),
        Line(method="post", data=lambda _scene: {"q": "小王"}, expected=ANSWERS_FOR_STORES),
    ],
    "portal:privacy_person": [Line(args=customer, expected=ANSWERS_FOR_STORES)],
    "portal:privacy_export": [
        Line(
            args=customer,
            method="post",
            data=lambda _scene: {"why": "2026-1"},
            expected=ANSWERS_FOR_STORES,
        )
    ],
    "portal:privacy_erase": [Line(args=customer, expected=ANSWERS_FOR_STORES)],
    "portal:privacy_erasure": [
        Line(args=lambda scene: [scene.erasure.pk], expected=ANSWERS_FOR_STORES)
    ],
    "portal:api_docs": [Line(expected=signed_in())],
    "portal:openapi": [Line(expected=open_to_all())],
    "portal:tokens": [
        Line(expected=signed_in()),
        Line(method="post", expected=signed_in(422)),
    ],
    "portal:token_revoke": [
        Line(
            args=lambda scene: [scene.token.pk],
            method="post",
            expected=_by(404, agent=302, deputy=302, supervisor=302, administrator=302),
        )
    ],
    "portal:webhooks": [Line(expected=_by(404, deputy=200, supervisor=200, administrator=200))],
    "portal:webhook_new": [
        Line(expected=_by(404, deputy=200, supervisor=200, administrator=200)),
        Line(method="post", expected=_by(404, deputy=422, supervisor=422, administrator=422)),
    ],
    "portal:webhook": [
        Line(
            args=lambda scene: [scene.webhook.pk],
            expected=_by(404, deputy=200, supervisor=200, administrator=200),
        )
    ],
    "portal:webhook_act": [
        Line(
            args=lambda scene: [scene.webhook.pk],
            method="post",
            data=lambda _scene: {"act": "test"},
            expected=_by(404, deputy=302, supervisor=302, administrator=302),
        )
    ],
    "portal:mailboxes": [Line(expected=_by(404, deputy=200, supervisor=200, administrator=200))],
    "portal:mailbox_new": [Line(expected=_by(404, deputy=200, supervisor=200, administrator=200))],
    "portal:mailbox": [
        Line(
            args=lambda scene: [scene.mailbox.pk],
            expected=_by(404, deputy=200, supervisor=200, administrator=200),
        )
    ],
    "portal:mailbox_read": [
        Line(
            args=lambda scene: [scene.mailbox.pk],
            method="post",
            expected=_by(404, deputy=302, supervisor=302, administrator=302),
        )
    ],
    "portal:setup": [Line(expected=_by(404, **MAINTAIN))],
    "portal:setup_tile": [Line(expected=_by(404, **MAINTAIN))],
    "portal:setup_put_away": [
        Line(method="post", expected=_by(404, deputy=302, supervisor=302, administrator=302))
    ],
    "portal:setup_mark": [
        Line(
            args=lambda _scene: ["brands"],
            method="post",
            data=lambda _scene: {"reason": "one brand only"},
            expected=_by(404, deputy=302, supervisor=302, administrator=302),
        )
    ],
    "portal:save_view": [
        Line(
            args=lambda _scene: ["complaints"],
            method="post",
            data=lambda _scene: {"name": "view", "query": "q=1"},
            expected=signed_in(302),
        )
    ],
    "portal:delete_view": [
        Line(args=lambda _scene: ["complaints"], method="post", expected=signed_in(404))
    ],
    "portal:live": [Line(expected=open_to_all())],
    "portal:ready": [Line(expected=open_to_all(503))],
    # --- people -----------------------------------------------------------------------------
    "staff:people": [Line(expected=signed_in())],
    "staff:person": [Line(args=agent_number, expected=signed_in())],
    "staff:chart": [Line(expected=signed_in())],
    "staff:stores": [Line(expected=signed_in())],
    "staff:export": [
        Line(
            args=lambda _scene: ["people"],
            expected=_by(403, deputy=200, supervisor=200, administrator=200),
        )
    ],
    "staff:tile_cover": [Line(expected=leads_only())],
    "staff:tile_shift": [Line(expected=people())],
    "staff:shifts": [
        Line(args=agent_number, expected=signed_in(200, stranger=403, other_lead=403))
    ],
    # --- policy and calendars (all read, §10) -------------------------------------------------
    "staff:policy": [Line(expected=signed_in())],
    "staff:policy_on": [Line(args=lambda _scene: [date(2026, 10, 8)], expected=signed_in(302))],
    "staff:policy_version": [Line(args=begun, expected=signed_in())],
    "staff:policy_new": [Line(expected=editors(200))],
    "staff:policy_edit": [
        Line(args=begun, expected=editors(302)),
        Line(args=coming, expected=editors(200)),
    ],
    "staff:policy_withdraw": [Line(args=coming, method="post", expected=editors(302))],
    "staff:simulate": [
        Line(expected=_by(403, deputy=200, supervisor=200)),
        Line(
            data=lambda _scene: {"month": "2026-10"},
            expected=_by(403, deputy=422, supervisor=422),
        ),
    ],
    "staff:rule_lines": [Line(args=lambda _scene: ["ATT-1"], expected=people())],
    "staff:habits": [Line(expected=_by(404, **MAINTAIN))],
    "staff:calendars": [Line(expected=signed_in())],
    "staff:calendar": [Line(args=lambda _scene: ["office"], expected=signed_in())],
    "staff:calendar_fill": [Line(args=lambda _scene: ["office"], expected=editors(200))],
    # --- roster -----------------------------------------------------------------------------
    "staff:roster": [Line(expected=signed_in())],
    "staff:roster_print": [Line(expected=signed_in(administrator=200))],
    "staff:roster_day": [Line(expected=signed_in())],
    "staff:roster_published": [Line(expected=signed_in())],
    "staff:roster_colours": [Line(expected=signed_in())],
    "staff:roster_edit": [Line(method="post", data=team_month, expected=drafters(400))],
    "staff:roster_act": [
        Line(args=lambda _scene: ["lead"], method="post", data=team_month, expected=drafters(400)),
        Line(
            args=lambda _scene: ["excuse"],
            method="post",
            data=lambda scene: (
                team_month(scene)
                | {"person": scene.agent.pk, "day": "2026-12-05", "reason": "大促"}
            ),
            expected=_by(
                404, agent=403, mate=403, lead=403, deputy=403, supervisor=200, administrator=403
            ),
        ),
    ],
    "staff:roster_undo": [Line(method="post", data=team_month, expected=drafters(422))],
    "staff:roster_copy": [Line(method="post", data=team_month, expected=drafters(302))],
    "staff:roster_rotate": [Line(method="post", data=team_month, expected=drafters(302))],
    "staff:roster_discard": [Line(method="post", data=team_month, expected=drafters(302))],
    "staff:roster_publish": [
        Line(
            method="post",
            data=team_month,
            expected=_by(
                404, agent=403, mate=403, lead=403, deputy=302, supervisor=302, administrator=403
            ),
        )
    ],
    "staff:roster_mine": [Line(expected=people())],
    "staff:roster_wish": [Line(method="post", expected=people(422))],
    "staff:roster_feed": [Line(method="post", expected=people(302))],
    "staff:feed": [Line(args=lambda _scene: ["x" * 43], expected=open_to_all(404))],
    "staff:roster_exchange": [Line(expected=people())],
    "staff:roster_ask": [Line(method="post", expected=people(422, deputy=403, supervisor=403))],
    "staff:roster_answer": [
        Line(
            args=lambda scene: [scene.swap.pk],
            method="post",
            data=lambda _scene: {"agree": "yes"},
            expected=_by(404, agent=403, mate=302, lead=403, deputy=403, supervisor=403),
        )
    ],
    "staff:roster_decide": [
        Line(
            args=lambda scene: [scene.swap.pk],
            method="post",
            data=lambda _scene: {"refuse": "yes"},
            expected=_by(404, agent=403, mate=403, lead=302, deputy=302, supervisor=302),
        )
    ],
    "staff:roster_take": [
        Line(
            args=lambda scene: [scene.open.pk],
            method="post",
            expected=_by(404, agent=302, mate=302, lead=302, deputy=403, supervisor=403),
        )
    ],
    "staff:roster_close": [
        Line(
            args=lambda scene: [scene.open.pk],
            method="post",
            expected=_by(404, agent=403, mate=403, lead=302, deputy=302, supervisor=302),
        )
    ],
    "staff:roster_cover": [
        Line(
            args=shift,
            expected=_by(
                404, agent=403, mate=403, lead=200, deputy=200, supervisor=200, administrator=403
            ),
        )
    ],
    **{
        name: [
            Line(
                args=shift,
                method="post",
                expected=_by(
                    404,
                    agent=403,
                    mate=403,
                    lead=302,
                    deputy=302,
                    supervisor=302,
                    administrator=403,
                ),
            )
        ]
        for name in ("staff:roster_sick", "staff:roster_offer", "staff:roster_stand_in")
    },
    # --- attendance -------------------------------------------------------------------------
    "staff:attendance": [Line(expected=people())],
    "staff:clock": [Line(method="post", data=lambda _scene: {"side": "IN"}, expected=people(302))],
    "staff:attendance_person": [
        Line(
            args=agent_number,
            expected=people(404, agent=200, lead=200, deputy=200, supervisor=200),
        )
    ],
    "staff:attendance_day": [
        Line(
            args=lambda scene: [scene.agent.number, "2026-11-02"],
            expected=people(404, agent=200, lead=200, deputy=200, supervisor=200),
        )
    ],
    "staff:attendance_list": [Line(expected=leads_only())],
    "staff:attendance_export": [Line(expected=people(200, administrator=403))],
    "staff:board": [Line(expected=leads_only())],
    "staff:weeks": [Line(expected=people())],
    "staff:week": [Line(args=lambda scene: [scene.week.team_id, "2026-10-26"], expected=team())],
    "staff:makeups": [Line(expected=people())],
    "staff:ask_makeup": [Line(expected=people())],
    "staff:decide_makeup": [
        Line(
            args=makeup,
            method="post",
            data=lambda _scene: {"version": "1", "decision": "certify"},
            expected=people(404, agent=403, lead=403, deputy=302, supervisor=302),
        )
    ],
    "staff:withdraw_makeup": [Line(args=makeup, method="post", expected=people(404, agent=302))],
    "staff:red_packets": [Line(expected=people())],
    "staff:pay_red_packets": [Line(method="post", expected=signed_in(302))],
    "staff:withdraw_payment": [
        Line(
            args=lambda scene: [scene.payment.pk],
            method="post",
            expected=people(404, agent=403, lead=302, deputy=302, supervisor=302),
        )
    ],
    "staff:tile_attendance": [Line(expected=people())],
    "staff:tile_board": [Line(expected=leads_only())],
    # --- complaints -------------------------------------------------------------------------
    "feedback:items": [Line(expected=people(administrator=403))],
    "feedback:create_item": [Line(expected=people(administrator=403))],
    "feedback:triage_many": [Line(method="post", expected=people(302, administrator=403))],
    "feedback:undo": [Line(method="post", expected=people(302, administrator=403))],
    "feedback:give": [Line(method="post", expected=people(403, administrator=403))],
    "feedback:item": [Line(args=item, expected=team())],
    "feedback:mail_file": [Line(args=lambda scene: [scene.item.pk, 1], expected=people(404))],
    "feedback:triage": [Line(args=item, method="post", expected=team(302))],
    "feedback:take": [Line(args=item, method="post", expected=team(302))],
    "feedback:answer": [Line(args=item, method="post", expected=team(422))],
    "feedback:to_complaint": [Line(args=item, method="post", expected=team(302))],
    "feedback:praise": [Line(args=item, expected=team(200, agent=403, mate=403))],
    "feedback:negative": [Line(expected=people(administrator=403))],
    "feedback:channels": [Line(expected=signed_in())],
    "feedback:create_channel": [Line(expected=signed_in(403, **MAINTAIN))],
    "feedback:channel": [
        Line(args=lambda scene: [scene.channel.pk], expected=signed_in(403, **MAINTAIN))
    ],
    "feedback:hook": [
        Line(args=lambda scene: [scene.hook.channel_id], expected=signed_in(403, **MAINTAIN)),
    ],
    "feedback:rotate_hook": [
        Line(
            args=lambda scene: [scene.hook.channel_id],
            method="post",
            expected=signed_in(403, **MAINTAIN),
        ),
    ],
    "feedback:hook_answers": [
        Line(
            args=lambda scene: [scene.hook.channel_id],
            method="post",
            expected=signed_in(403, **dict.fromkeys(MAINTAIN, 302)),
        ),
    ],
    "feedback:close_hook": [
        Line(
            args=lambda scene: [scene.hook.channel_id],
            method="post",
            expected=signed_in(403, deputy=302, supervisor=302, administrator=302),
        ),
    ],
    "feedback:receive": [
        Line(args=lambda scene: [scene.hook.key], method="post", expected=open_to_all(401)),
    ],
    "feedback:rules": [Line(expected=signed_in(403, **MAINTAIN))],
    "feedback:use_learnt": [
        Line(method="post", expected=signed_in(403, **dict.fromkeys(MAINTAIN, 302)))
    ],
    "feedback:create_rule": [Line(expected=signed_in(403, **MAINTAIN))],
    "feedback:rule": [
        Line(args=lambda scene: [scene.rule.pk], expected=signed_in(403, **MAINTAIN))
    ],
    "feedback:actions": [Line(expected=people(administrator=403))],
    "feedback:create_action": [Line(expected=leads_only())],
    "feedback:action": [Line(args=action, expected=team())],
    "feedback:edit_action": [Line(args=action, expected=team(200, agent=403, mate=403))],
    "feedback:finish_action": [
        Line(args=action, method="post", expected=team(302, agent=302, mate=403))
    ],
    "feedback:surveys": [Line(expected=people(administrator=403))],
    "feedback:create_survey": [Line(expected=leads_only())],
    "feedback:survey": [Line(args=survey, expected=team())],
    "feedback:edit_survey": [Line(args=survey, expected=team(200, agent=403, mate=403))],
    "feedback:survey_state": [
        Line(
            args=survey,
            method="post",
            data=lambda _scene: {"state": "ENDED"},
            expected=team(302, agent=403, mate=403),
        ),
    ],
    "feedback:preview_survey": [Line(args=survey, expected=team())],
    "feedback:survey_qr": [Line(args=survey, expected=team())],
    "feedback:invite": [Line(args=survey, expected=team())],
    "feedback:create_question": [Line(args=survey, expected=team(200, agent=403, mate=403))],
    "feedback:question": [Line(args=question, expected=team(200, agent=403, mate=403))],
    "feedback:drop_question": [
        Line(args=question, method="post", expected=team(302, agent=403, mate=403)),
    ],
    "feedback:invitations": [Line(expected=people(administrator=403))],
    "feedback:new_link": [
        Line(args=lambda scene: [scene.invitation.pk], method="post", expected=team()),
    ],
    "feedback:call_instead": [
        Line(args=lambda scene: [scene.asked_after.pk], method="post", expected=team(302)),
    ],
    "feedback:answer_personal": [
        Line(args=lambda _scene: ["x" * 22], expected=open_to_all(404)),
    ],
    "feedback:answer_public": [
        Line(args=lambda scene: [scene.survey.public_key], expected=open_to_all()),
        Line(args=lambda _scene: ["x" * 22], expected=open_to_all(404)),
    ],
    "feedback:thanks": [Line(expected=open_to_all())],
    "feedback:calls": [Line(expected=people(administrator=403))],
    "feedback:call": [
        Line(args=lambda scene: [scene.call.pk], expected=team()),
        Line(args=lambda scene: [scene.call.pk], method="post", expected=team(422, mate=403)),
    ],
    "feedback:take_call": [
        Line(args=lambda scene: [scene.call.pk], method="post", expected=team(302, mate=403))
    ],
    "feedback:call_phone": [
        Line(args=lambda scene: [scene.call.pk], method="post", expected=team(200, mate=403))
    ],
    "feedback:call_rules": [Line(expected=signed_in(403, **MAINTAIN))],
    "feedback:create_call_rule": [Line(expected=signed_in(403, **MAINTAIN))],
    "feedback:call_rule": [
        Line(args=lambda scene: [scene.call.rule_id], expected=signed_in(403, **MAINTAIN))
    ],
    "feedback:figures": [Line(expected=people(administrator=403))],
    "complaints:list": [Line(expected=signed_in())],
    "complaints:create": [Line(expected=people())],
    "complaints:choose": [Line(expected=people())],
    "complaints:find": [Line(expected=signed_in())],
    "complaints:give": [
        Line(
            method="post",
            data=lambda scene: {"pick": [scene.case.number], "owner": scene.mate.pk},
            expected=people(
                403, administrator=403, lead=302, deputy=302, supervisor=302, other_lead=302
            ),
        )
    ],
    "complaints:tile_cases": [Line(expected=people())],
    "complaints:tile_unowned": [
        Line(expected=people(404, lead=200, deputy=200, supervisor=200, other_lead=200))
    ],
    "complaints:customer": [Line(args=lambda scene: [scene.customer.pk], expected=team())],
    "complaints:orders": [Line(expected=signed_in())],
    "complaints:order": [Line(args=order, expected=team())],
    "complaints:edit_order": [Line(args=order, expected=team(200, agent=403, mate=403))],
    "complaints:case": [Line(args=case, expected=team())],
    "complaints:edit": [Line(args=case, expected=team(200, mate=403))],
    "complaints:timeline": [Line(args=case, expected=team())],
    "complaints:note": [
        Line(args=case, method="post", data=lambda _scene: {"text": "好"}, expected=team(302))
    ],
    "complaints:attach": [Line(args=case, method="post", expected=team(302))],
    "complaints:download": [
        Line(args=lambda scene: [scene.case.number, scene.attachment.pk], expected=team())
    ],
    "complaints:remove_file": [
        Line(
            args=lambda scene: [scene.case.number, scene.attachment.pk],
            method="post",
            expected=team(302, agent=403, mate=403),
        )
    ],
    "complaints:acknowledge": [Line(args=case, method="post", expected=team(302, mate=403))],
    "complaints:answer": [Line(args=case, method="post", expected=team(422, mate=403))],
    "complaints:wait": [Line(args=case, method="post", expected=team(422, mate=403))],
    "complaints:resume": [Line(args=case, method="post", expected=team(302, mate=403))],
    "complaints:waits": [Line(expected=leads_only())],
    "complaints:escalate": [Line(args=case, method="post", expected=team(422, mate=403))],
    "complaints:value": [
        Line(
            args=lambda scene: [scene.customer.pk],
            method="post",
            expected=team(302, agent=403, mate=403),
        )
    ],
    "complaints:watch": [Line(args=case, method="post", expected=team(302))],
    "complaints:take": [Line(args=case, method="post", expected=team(302, mate=403))],
    "complaints:set_owner": [
        Line(
            args=case,
            method="post",
            data=lambda scene: {"owner": scene.mate.pk},
            expected=team(302, agent=403, mate=403),
        )
    ],
    "complaints:show": [
        Line(
            args=lambda scene: [scene.case.number, "phone"],
            method="post",
            expected=team(200, mate=403),
        )
    ],
    # --- follow-ups -------------------------------------------------------------------------
    "complaints:followups": [Line(expected=signed_in())],
    "complaints:assign": [Line(method="post", expected=people(404, administrator=403))],
    "complaints:assign_many": [
        Line(data=lambda scene: {"pick": scene.case.pk}, expected=team(administrator=403))
    ],
    "complaints:presence": [Line(expected=people(administrator=403))],
    "complaints:offers": [Line(expected=signed_in())],
    "feedback:tile_feedback": [Line(expected=people(administrator=403))],
    "complaints:tile_followups": [Line(expected=signed_in())],
    "complaints:tile_stages": [Line(expected=settlers())],
    "complaints:tile_team": [
        Line(expected=_by(403, lead=200, deputy=200, supervisor=200, other_lead=200))
    ],
    "complaints:followup": [Line(args=followup, expected=team())],
    "complaints:finish": [
        Line(
            args=followup,
            method="post",
            data=lambda scene: {"outcome": "好", "version": scene.followup.version},
            expected=team(302, mate=403),
        )
    ],
    "complaints:reschedule": [
        Line(
            args=followup,
            method="post",
            data=lambda scene: {
                "when": "HALF_HOUR",
                "reason": "客户在开会",
                "version": scene.followup.version,
            },
            expected=team(302, mate=403),
        )
    ],
    "complaints:hand_over": [
        Line(
            args=followup,
            method="post",
            data=lambda scene: {
                "to": scene.mate.pk,
                "reason": "交班",
                "version": scene.followup.version,
            },
            expected=team(302, mate=403),
        )
    ],
    "complaints:undo_finish": [Line(args=followup, method="post", expected=team(302, mate=403))],
    "complaints:hand_over_many": [
        Line(
            method="post",
            data=lambda scene: {"pick": [scene.followup.number], "to": scene.mate.pk},
            expected=people(
                403, administrator=403, lead=302, deputy=302, supervisor=302, other_lead=302
            ),
        )
    ],
    # --- imports and exports ------------------------------------------------------------------
    "portal:transfers": [Line(expected=signed_in())],
    "portal:template": [
        Line(
            args=lambda _scene: ["people"],
            expected=_by(404, deputy=200, supervisor=200, administrator=200),
        )
    ],
    "portal:upload": [
        Line(method="post", expected=signed_in(422, agent=403, mate=403, stranger=403))
    ],
    "portal:transfer_run": [Line(args=run, expected=_by(404, lead=200, administrator=200))],
    "portal:transfer_act": [
        Line(args=run, method="post", expected=_by(404, lead=403, administrator=403))
    ],
    "portal:transfer_rejections": [Line(args=run, expected=_by(404, lead=200, administrator=403))],
    "portal:export_run": [Line(args=export, expected=_by(404, lead=200))],
    "portal:export_file": [Line(args=export, expected=_by(404, lead=200))],
    "portal:export_delete": [Line(args=export, method="post", expected=_by(404, lead=302))],
    "portal:export_kind": [
        Line(
            args=lambda _scene: ["people"],
            data=lambda _scene: {"format": "csv"},
            expected=_by(404, deputy=200, supervisor=200, administrator=200),
        )
    ],
    "account_set_password": [Line(expected=signed_in(302))],
    # --- leave: the request is the agent's, open, some days ahead ------------------------------
    "staff:leave": [Line(expected=people())],
    "staff:leave_ask": [
        Line(expected=people()),
        Line(method="post", expected=people(422)),
    ],
    "staff:leave_consequence": [Line(expected=people())],
    "staff:leave_calendar": [Line(expected=people())],
    "staff:leave_list": [Line(expected=people(200, agent=404, mate=404, stranger=404))],
    "staff:leave_waiting": [Line(expected=_by(404, deputy=200, supervisor=200))],
    "staff:tile_leave": [Line(expected=people())],
    "staff:leave_of_day": [
        Line(
            args=lambda scene: [scene.agent.number, scene.leave.first_day.isoformat()],
            expected=team(302, mate=404),
        )
    ],
    "staff:rest_days": [
        Line(
            args=lambda scene: [scene.agent.number, "2026-11"],
            expected=people(404, agent=200, lead=200, deputy=200, supervisor=200),
        )
    ],
    "staff:leave_request": [Line(args=leave, expected=team(200, mate=404))],
    "staff:leave_decide": [
        Line(
            args=leave,
            method="post",
            data=lambda _scene: {"decision": "approve", "version": "1"},
            expected=team(302, mate=404, agent=403, lead=403),
        ),
        Line(
            args=leave,
            method="post",
            data=lambda _scene: {"decision": "refuse", "version": "1"},
            expected=team(422, mate=404, agent=403, lead=403),
        ),
    ],
    "staff:leave_withdraw": [
        Line(args=leave, method="post", expected=team(403, mate=404, agent=302))
    ],
    # --- pay: a draft of October 2026 with a line of the agent, who disputes it ----------------
    "staff:pay": [Line(expected=people())],
    "staff:pay_dispute": [
        Line(data=october, expected=people()),
        Line(method="post", data=october, expected=people(422)),
    ],
    "staff:pay_confirm": [Line(method="post", data=october, expected=people(302))],
    "staff:pay_people": [Line(expected=settlers())],
    "staff:pay_person": [Line(args=agent_number, expected=wages())],
    "staff:pay_pdf": [Line(args=agent_number, expected=wages())],
    "staff:pay_months": [Line(expected=settlers())],
    "staff:pay_month": [Line(args=lambda _scene: ["2026-10"], expected=settlers())],
    "staff:pay_act": [
        Line(
            args=lambda _scene: ["2026-10"],
            method="post",
            data=lambda _scene: {"act": "sign", "sure": "yes"},
            expected=settlers(302),
        )
    ],
    "staff:disputes": [Line(expected=settlers())],
    "staff:dispute": [
        Line(args=dispute, expected=wages()),
        Line(
            args=dispute,
            method="post",
            expected=_by(404, agent=403, deputy=422, supervisor=422),
        ),
    ],
    # --- targets: one of the agent, set by the deputy, for the next month ----------------------
    "staff:targets": [Line(expected=signed_in())],
    "staff:tile_targets": [Line(expected=people())],
    "staff:tile_target": [Line(args=target, expected=_by(404, agent=200))],
    "staff:target": [Line(args=target, expected=team(200, mate=404, administrator=200))],
    "staff:target_rows": [Line(args=target, expected=team(200, mate=404))],
    "staff:target_create": [
        Line(expected=editors(200)),
        Line(method="post", expected=editors(422)),
    ],
    "staff:target_edit": [
        Line(args=target, expected=setters(200)),
        Line(args=target, method="post", expected=setters(422)),
    ],
    "staff:target_withdraw": [
        Line(
            args=target,
            method="post",
            data=lambda _scene: {"version": 1, "because": "改目标"},
            expected=setters(302),
        )
    ],
    # --- liabilities: one that the lead proposed, one of which the agent bears a share ---------
    "complaints:thanks": [Line(expected=open_to_all())],
    "complaints:link": [Line(args=lambda _scene: ["x" * 22], expected=open_to_all(404))],
    "complaints:proposals": [Line(expected=people())],
    "complaints:tasks": [Line(expected=people())],
    "complaints:task": [Line(args=task, expected=team())],
    "complaints:finish_task": [
        Line(args=task, method="post", expected=team(422, mate=403)),
    ],
    "complaints:cancel_task": [
        Line(args=task, method="post", expected=team(302, mate=403)),
    ],
    "complaints:task_link": [Line(args=task, method="post", expected=team(200, mate=403))],
    "complaints:measures": [Line(expected=people())],
    "complaints:end_measure": [
        Line(
            args=lambda scene: [scene.measure.pk],
            method="post",
            expected=team(302, mate=403),
        )
    ],
    "complaints:incidents": [Line(expected=people())],
    "complaints:create_incident": [
        Line(
            expected=people(
                403, administrator=403, lead=404, deputy=404, supervisor=404, other_lead=404
            )
        )
    ],
    "complaints:incident": [Line(args=incident, expected=team())],
    "complaints:change_incident": [Line(args=incident, expected=team(200, agent=403, mate=403))],
    "complaints:add_to_incident": [
        Line(args=incident, method="post", expected=team(422, agent=403, mate=403))
    ],
    "complaints:tell_incident": [
        Line(args=incident, method="post", expected=team(302, agent=403, mate=403))
    ],
    "complaints:end_incident": [
        Line(args=incident, method="post", expected=team(302, agent=403, mate=403))
    ],
    "complaints:procedures": [Line(args=case, expected=team(200, mate=403))],
    "complaints:tick_off": [Line(args=procedure, method="post", expected=team(302, mate=403))],
    "complaints:end_procedure": [Line(args=procedure, method="post", expected=team(302, mate=403))],
    "complaints:evidence": [Line(args=case, method="post", expected=team(200, mate=403))],
    "complaints:merge": [Line(args=case, expected=team(200, mate=403))],
    "complaints:leave_incident": [Line(args=case, method="post", expected=team(302, mate=403))],
    "complaints:move": [Line(args=case, method="post", expected=team(302, mate=403))],
    "complaints:handling": [Line(args=case, expected=team())],
    "complaints:assess": [Line(args=case, expected=team(200, mate=403))],
    "complaints:propose": [Line(args=case, expected=team(200, mate=403))],
    "complaints:proposal": [Line(args=proposal, expected=team())],
    "complaints:change_proposal": [Line(args=proposal, expected=team(200, mate=403))],
    "complaints:submit_proposal": [
        Line(args=proposal, method="post", expected=team(302, mate=403))
    ],
    "complaints:decide_proposal": [
        Line(args=proposal, method="post", expected=team(422, agent=403, mate=403))
    ],
    "complaints:agree": [Line(args=case, expected=team(302, mate=403))],
    "complaints:decline": [Line(args=case, method="post", expected=team(302, mate=403))],
    "complaints:offer_link": [Line(args=case, method="post", expected=team(302, mate=403))],
    "complaints:give_task": [Line(args=case, expected=team(200, mate=403))],
    "complaints:revisit": [Line(args=case, expected=team(200, mate=403))],
    "complaints:score_link": [Line(args=case, method="post", expected=team(302, mate=403))],
    "complaints:cause": [Line(args=case, expected=team(200, mate=403))],
    "complaints:add_measure": [Line(args=case, method="post", expected=team(422, mate=403))],
    "complaints:wave": [
        Line(
            args=lambda scene: [scene.wave.pk],
            expected=people(
                403, administrator=403, lead=200, deputy=200, supervisor=200, other_lead=404
            ),
        )
    ],
    "complaints:letters": [Line(expected=leads_only())],
    "complaints:mailboxes": [Line(expected=_by(404, **MAINTAIN))],
    "complaints:mailbox": [
        Line(args=lambda scene: [scene.letter.box.mailbox_id], expected=_by(404, **MAINTAIN))
    ],
    "complaints:letter": [Line(args=letter, expected=team(200, agent=404, mate=404))],
    "complaints:attach_letter": [
        Line(args=letter, method="post", expected=team(422, agent=404, mate=404))
    ],
    "complaints:set_letter_aside": [
        Line(args=letter, method="post", expected=team(422, agent=404, mate=404))
    ],
    "complaints:take_letter_back": [
        Line(args=letter, method="post", expected=team(302, agent=404, mate=404))
    ],
    "complaints:letter_sender": [
        Line(args=letter, method="post", expected=team(200, agent=404, mate=404))
    ],
    "complaints:letter_file": [Line(args=lambda scene: [scene.letter.pk, 1], expected=people(404))],
    "complaints:here": [Line(args=case, method="post", expected=team())],
    "complaints:names": [Line(args=case, expected=team())],
    "complaints:act": [
        Line(
            method="post",
            expected=people(
                403, administrator=403, lead=302, deputy=302, supervisor=302, other_lead=302
            ),
        )
    ],
    "complaints:undo": [Line(method="post", expected=people(302, administrator=302))],
    "complaints:scripts": [
        Line(args=case, data=lambda _scene: {"target": "id_text"}, expected=team())
    ],
    "complaints:use_script": [
        Line(
            args=lambda scene: [scene.case.number, scene.article.pk],
            method="post",
            expected=team(204),
        )
    ],
    "complaints:mails": [Line(args=case, expected=team())],
    "complaints:reply": [Line(args=case, expected=team(200, mate=403))],
    "complaints:reply_again": [
        Line(
            args=lambda scene: [scene.case.number, 1],
            method="post",
            expected=team(404, mate=403),
        )
    ],
    "complaints:liabilities": [Line(expected=people())],
    "complaints:liability": [
        Line(args=liability, expected=team(200, agent=404, mate=404)),
        Line(args=borne, expected=team(200, mate=404, lead=404)),
    ],
    "complaints:propose_liability": [
        Line(
            data=lambda scene: {"case": scene.case.number},
            expected=team(200, agent=403, mate=403),
        ),
        Line(data=lambda scene: {"order": scene.order.pk}, expected=team(200, agent=403, mate=403)),
        Line(expected=people(404)),
    ],
    "complaints:decide_liability": [
        Line(
            args=liability,
            method="post",
            expected=team(403, agent=404, mate=404, supervisor=422),
        )
    ],
    "complaints:overturn_liability": [
        Line(
            args=borne,
            method="post",
            data=lambda _scene: {"version": 1, "because": "改判"},
            expected=team(403, mate=404, lead=404, supervisor=302),
        )
    ],
    "complaints:chase": [
        Line(
            args=order,
            method="post",
            data=lambda _scene: {"text": "催仓库"},
            expected=team(302),
        )
    ],
    "complaints:remark": [Line(args=order, expected=team(200))],
    "complaints:promise": [Line(args=order, method="post", expected=team(422))],
    "complaints:promises": [Line(expected=people())],
    # --- figures: leads and above -----------------------------------------------------------------
    "portal:figures": [Line(expected=leads_only())],
    "portal:tile_figures": [Line(expected=leads_only())],
    "portal:figure_tile": [
        Line(args=lambda _scene: ["complaints.stage"], expected=leads_only()),
        Line(args=lambda _scene: ["pay.lines"], expected=_by(403, deputy=200, supervisor=200)),
    ],
    "portal:figure_rows": [
        Line(args=lambda _scene: ["complaints.stage", "REGISTERED"], expected=leads_only())
    ],
    "portal:figure_export": [Line(args=lambda _scene: ["complaints.stage"], expected=leads_only())],
    # --- unpaid orders: the agent's, of the team's store ------------------------------------------
    "complaints:unpaid": [Line(expected=people())],
    "complaints:create_unpaid": [Line(expected=people(administrator=403))],
    "complaints:many_unpaid": [Line(method="post", expected=signed_in(302))],
    "complaints:unpaid_order": [Line(args=unpaid, expected=team())],
    "complaints:chase_payment": [Line(args=unpaid, method="post", expected=team(422))],
    "complaints:pay": [Line(args=unpaid, method="post", expected=team(422))],
    "complaints:lose": [Line(args=unpaid, method="post", expected=team(422))],
    "complaints:reopen_unpaid": [Line(args=unpaid, method="post", expected=team(302))],
    "complaints:take_unpaid": [Line(args=unpaid, method="post", expected=team(302))],
    # --- recognition: all about the agent, by the lead ------------------------------------------
    "staff:wall": [Line(expected=people())],
    "staff:praise": [Line(args=praise, expected=people())],
    "staff:certificate": [Line(args=praise, expected=people())],
    "staff:praise_new": [
        Line(expected=leads_get()),
        Line(method="post", expected=leads_post()),
    ],
    "staff:praise_react": [
        Line(
            args=praise,
            method="post",
            data=lambda _scene: {"kind": "HEART", "on": "1"},
            expected=people(302),
        )
    ],
    "staff:praise_withdraw": [
        Line(
            args=praise,
            method="post",
            data=lambda _scene: {"why": "写错了人"},
            expected=people(403, lead=302, deputy=302, supervisor=302),
        )
    ],
    "staff:record": [Line(expected=people())],
    "staff:record_person": [Line(args=agent_number, expected=chain())],
    "staff:demerits": [Line(expected=people())],
    "staff:demerit_new": [
        Line(expected=leads_get()),
        Line(method="post", expected=leads_post()),
    ],
    "staff:demerit": [Line(args=demerit, expected=chain())],
    "staff:demerit_withdraw": [
        Line(
            args=demerit,
            method="post",
            data=lambda _scene: {"why": "看错了人"},
            expected=chain(302, agent=403),
        )
    ],
    "staff:coaching_list": [Line(expected=people())],
    "staff:coaching_new": [
        Line(expected=leads_get()),
        Line(method="post", expected=leads_post()),
    ],
    "staff:coaching": [Line(args=coaching, expected=chain())],
    "staff:coaching_change": [Line(args=coaching, method="post", expected=chain(422, agent=403))],
    "staff:coaching_close": [Line(args=coaching, method="post", expected=chain(422, agent=403))],
    "staff:coaching_confirm": [
        Line(
            args=coaching,
            method="post",
            data=lambda _scene: {"version": 1},
            expected=chain(403, agent=302),
        )
    ],
    "staff:quality_audits": [Line(expected=people())],
    "staff:quality_audit": [Line(args=audit, expected=chain())],
    "staff:quality_audit_new": [
        Line(expected=leads_get()),
        Line(
            method="post",
            data=lambda scene: {"person": scene.agent.pk, "card": scene.card.pk},
            expected=people(403, lead=422, deputy=422, supervisor=422, other_lead=200),
        ),
    ],
    "staff:quality_trend": [Line(args=agent_number, expected=chain())],
    "staff:sample_new": [
        Line(expected=leads_get()),
        Line(method="post", expected=leads_post()),
    ],
    "staff:sample": [Line(args=sample, expected=chain(agent=404))],
    "staff:calibrations": [Line(expected=leads_get())],
    "staff:calibration_new": [
        Line(expected=leads_get()),
        Line(method="post", expected=leads_post()),
    ],
    "staff:calibration": [Line(args=calibration, expected=chain(agent=404))],
    "staff:calibration_score": [
        Line(
            args=calibration,
            method="post",
            expected=_by(404, lead=422, deputy=422, supervisor=403),
        )
    ],
    "staff:scorecards": [Line(expected=leads_get())],
    "staff:scorecard": [Line(args=scorecard, expected=leads_get())],
    "staff:scorecard_new": [
        Line(expected=deputies(200)),
        Line(method="post", expected=deputies(422)),
    ],
    "staff:scorecard_change": [
        Line(args=scorecard, expected=deputies(200)),
        Line(args=scorecard, method="post", expected=deputies(422)),
    ],
    "staff:scorecard_use": [Line(args=scorecard, method="post", expected=deputies(302))],
    # --- daily: a report of the agent, filed; a shift of the agent with the team ----------------
    "staff:daily": [Line(expected=people(deputy=302, supervisor=302))],
    "staff:daily_list": [
        Line(expected=_by(404, lead=200, deputy=200, supervisor=200, other_lead=200))
    ],
    "staff:daily_write": [
        Line(args=today, expected=reporters(200)),
        Line(args=today, method="post", expected=reporters(422)),
        Line(args=lambda _scene: [date(2020, 1, 1)], expected=people(404)),
    ],
    "staff:daily_save": [Line(args=today, method="post", expected=reporters(422))],
    "staff:daily_report": [Line(args=report, expected=chain())],
    "staff:daily_correct": [Line(args=report, expected=chain(403, agent=200))],
    "staff:daily_questions": [Line(expected=people())],
    "staff:daily_question": [Line(args=lambda scene: [scene.question.pk], expected=chain())],
    "staff:daily_shifts": [
        Line(expected=_by(404, lead=200, deputy=200, supervisor=200, other_lead=200))
    ],
    "staff:daily_shift": [
        Line(args=shift_key, expected=summers(200)),
        Line(args=shift_key, method="post", expected=summers(422)),
    ],
    "staff:daily_remind": [Line(args=shift_key, method="post", expected=summers(302))],
    "staff:daily_period": [Line(expected=people())],
    "staff:tile_daily": [Line(expected=people())],
    "staff:tile_handover": [Line(expected=leads_only())],
    "staff:tile_daily_team": [Line(expected=leads_only())],
    # --- staff: the handbook ------------------------------------------------------------------
    "staff:handbook": [Line(expected=people())],
    "staff:article": [Line(args=article, expected=people())],
    "staff:article_versions": [Line(args=article, expected=people())],
    "staff:article_new": [
        Line(expected=leads_get()),
        Line(method="post", expected=people(403, **LEADERS_POST)),
    ],
    "staff:article_edit": [
        Line(args=article, expected=people(403, agent=200, **LEADERS_GET)),
        Line(args=article, method="post", expected=people(403, agent=422, **LEADERS_POST)),
    ],
    "staff:article_check": [
        Line(args=article, method="post", expected=people(403, agent=422, **LEADERS_POST)),
    ],
    "staff:article_copied": [
        Line(args=article, method="post", data=lambda _scene: {"number": 1}, expected=people(302)),
    ],
    "staff:article_no_help": [
        Line(args=article, method="post", data=lambda _scene: {"number": 1}, expected=people(302)),
        Line(args=article, method="post", expected=people(422)),
    ],
    "staff:article_archive": [
        Line(args=article, method="post", expected=people(403, agent=422, **LEADERS_POST)),
    ],
    "staff:article_restore": [
        Line(
            args=article,
            method="post",
            expected=people(403, agent=302, lead=302, deputy=302, supervisor=302, other_lead=302),
        ),
    ],
    "staff:announcements": [Line(expected=people())],
    "staff:tile_announcements": [Line(expected=people())],
    "staff:announcement": [Line(args=announcement, expected=team())],
    "staff:announcement_readers": [Line(args=announcement, expected=team(agent=403, mate=403))],
    "staff:announcement_confirm": [
        Line(
            args=announcement,
            method="post",
            data=lambda _scene: {"number": 1},
            expected=team(302, lead=403, deputy=403, supervisor=403),
        )
    ],
    "staff:announcement_new": [
        Line(expected=leads_get()),
        Line(method="post", expected=people(403, **LEADERS_POST)),
    ],
    "staff:announcement_edit": [
        Line(args=announcement, expected=team(agent=403, mate=403)),
        Line(args=announcement, method="post", expected=team(422, agent=403, mate=403)),
    ],
    "staff:announcement_withdraw": [
        Line(args=announcement, method="post", expected=team(422, agent=403, mate=403)),
    ],
    "staff:plans": [Line(expected=people())],
    "staff:plan": [Line(args=plan, expected=people())],
    "staff:plan_new": [
        Line(expected=deputies(200)),
        Line(method="post", expected=deputies(422)),
    ],
    "staff:plan_edit": [
        Line(args=plan, expected=deputies(200)),
        Line(args=plan, method="post", expected=deputies(422)),
    ],
    "staff:plan_archive": [Line(args=plan, method="post", expected=deputies(302))],
    "staff:plan_trigger": [
        Line(args=plan, expected=leads_get()),
        Line(args=plan, method="post", expected=people(403, **LEADERS_POST)),
    ],
    "staff:plan_runs": [Line(expected=people())],
    "staff:plan_run": [Line(args=run_of_plan, expected=people(mate=404, stranger=404))],
    "staff:plan_task_done": [
        Line(
            args=lambda scene: [scene.plan_task.pk],
            method="post",
            expected=people(422, mate=404, stranger=404, other_lead=403),
        )
    ],
    "staff:plan_task_give": [
        Line(
            args=lambda scene: [scene.plan_task.pk],
            method="post",
            expected=people(403, mate=404, stranger=404, lead=302, deputy=302, supervisor=302),
        )
    ],
    "staff:plan_run_end": [
        Line(
            args=run_of_plan,
            method="post",
            expected=people(422, agent=403, mate=404, stranger=404, other_lead=403),
        )
    ],
    "staff:plan_run_review": [
        Line(
            args=run_of_plan,
            method="post",
            expected=people(422, agent=403, mate=404, stranger=404, other_lead=403),
        )
    ],
    "staff:proposal_dismiss": [
        Line(
            args=lambda scene: [scene.plan_proposal.pk],
            method="post",
            expected=people(404, lead=302, deputy=302, supervisor=302, other_lead=302),
        )
    ],
    "staff:rules": [Line(expected=people())],
    "staff:rules_version": [Line(args=begun, expected=people())],
    "staff:rules_confirm": [Line(args=begun, method="post", expected=people(302))],
    "staff:rules_readers": [Line(args=begun, expected=leads_get())],
    "staff:courses": [Line(expected=people())],
    "staff:course": [Line(args=course, expected=people())],
    "staff:course_new": [
        Line(expected=deputies(200)),
        Line(method="post", expected=deputies(422)),
    ],
    "staff:course_edit": [
        Line(args=course, expected=deputies(200)),
        Line(args=course, method="post", expected=deputies(422)),
    ],
    "staff:course_archive": [Line(args=course, method="post", expected=deputies(302))],
    "staff:course_record": [
        Line(args=course, expected=leads_get()),
        Line(args=course, method="post", expected=people(403, **LEADERS_POST)),
    ],
    "staff:completion_withdraw": [
        Line(
            args=lambda scene: [scene.completion.pk],
            method="post",
            expected=team(302, agent=403, mate=404),
        )
    ],
}
