"""Throw generated calls at the API and compare every answer with its description (schemathesis).

    python -m tests.benchmarks.api_fuzz [--cases 10000] [--seed 1]

Half of the calls follow the description, half break it on purpose; those that follow it name real
stores, people, cases and versions half of the time, so that they reach what lies behind the door.
The calls go through the WSGI application, middleware included, with tokens of a supervisor, a lead
and an agent, on the database of DATABASE_URL; what they write is rolled back at the end. A server
error, an undescribed status, content type or body, and a broken call that is accepted count as
failures. Exit status 1 when there is one.
"""

import argparse
import logging
import os
import random
import sys
import time
from collections import Counter, defaultdict

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("KEFU_DATA_KEY", "benchmark-data-key-that-stays-the-same")
os.environ["KEFU_API_PER_MINUTE"] = str(10**9)

import django

django.setup()

import schemathesis  # noqa: E402 -- after the setup
from django.core import signals  # noqa: E402 -- the same
from django.core.management import call_command  # noqa: E402 -- the same
from django.core.wsgi import get_wsgi_application  # noqa: E402 -- the same
from django.db import close_old_connections, connection, transaction  # noqa: E402 -- the same
from django.utils import timezone  # noqa: E402 -- the same
from hypothesis import HealthCheck, Phase, given, settings  # noqa: E402 -- the same
from hypothesis import seed as seeded  # noqa: E402 -- the same
from hypothesis.errors import Unsatisfiable  # noqa: E402 -- the same
from schemathesis.core.failures import Failure, FailureGroup  # noqa: E402 -- the same
from schemathesis.generation import GenerationMode  # noqa: E402 -- the same
from schemathesis.specs.openapi.checks import ignored_auth  # noqa: E402 -- the same

from complaints.models import Assessment, Complaint, FollowUp, Proposal  # noqa: E402 -- the same
from complaints.services import deadlines  # noqa: E402 -- the same
from portal import tokens  # noqa: E402 -- the same
from portal.enums import ApiScope  # noqa: E402 -- the same
from tests.factories.complaints import (  # noqa: E402 -- the same
    ComplaintFactory,
    FollowUpFactory,
    OrderFactory,
    ProposalFactory,
    RemedyFactory,
)
from tests.factories.feedback import ItemFactory  # noqa: E402 -- the same
from tests.factories.staff import AssignmentFactory, Department, PolicyFactory  # noqa: E402 -- the same

CONFIG = {
    "generation": {"with-security-parameters": False},  # tokens are ours; see ignored_auth
    "checks": {
        # The rules may refuse (409, 412, 422, 428) a call that follows the description.
        "positive_data_acceptance": {
            "expected-statuses": ["2xx", "401", "403", "404", "409", "412", "422", "428"]
        },
    },
}
ROLES = ("supervisor", "lead", "agent")
SHOWN = 25


class Scene:
    """A small department with something of everything, and tokens to call with."""

    def __init__(self):
        now = timezone.now()
        PolicyFactory()
        self.them = Department()
        self.secrets = {}
        for role in ROLES:
            user = getattr(self.them, role).user
            expires_at = now + timezone.timedelta(days=1)
            self.secrets[role], _token = tokens.make(
                user=user, name=role, scopes=ApiScope.values, expires_at=expires_at, now=now
            )
        order = OrderFactory(store=self.them.store)
        self.order = order.pk
        self.cases = []
        for owner in (self.them.agent, self.them.lead, None):
            case = ComplaintFactory(store=self.them.store, owner=owner, order=order)
            RemedyFactory(proposal=ProposalFactory(complaint=case, proposed_by=self.them.agent))
            FollowUpFactory.create_batch(
                2, complaint=case, store=self.them.store, owner=self.them.agent
            )
            self.cases.append(case.number)
        deadlines.recount(list(Complaint.objects.values_list("pk", flat=True)), now=now)
        self.item = ItemFactory(store=self.them.store).pk
        AssignmentFactory(person=self.them.agent, team=self.them.team)

    def followups(self):
        return list(FollowUp.objects.order_by("pk").values_list("number", flat=True)[:6])

    def fit(self, case, dice):
        """Let a call that follows the description speak of real things."""
        path, parameters = case.operation.path, case.path_parameters
        person = dice.choice([self.them.agent, self.them.mate, self.them.lead]).number
        if "/complaints/{number}" in path:
            parameters["number"] = dice.choice(self.cases)
        if "/followups/{number}" in path:
            parameters["number"] = dice.choice(self.followups())
        if "/people/{number}" in path:
            parameters["number"] = person
        if "position" in (parameters or {}):
            parameters["position"] = 1
        if "{id}" in path:
            parameters["id"] = self.item if "feedback" in path else self.order
        if case.headers is not None and "If-Match" in case.headers:
            case.headers["If-Match"] = f'"{self.version(path, parameters)}"'
        self.fit_body(case.body, dice, person)

    def version(self, path, parameters):
        if path.endswith("assessment"):
            rows = Assessment.objects.filter(complaint__number=parameters["number"])
            return rows.values_list("version", flat=True).first() or 0
        if "position" in parameters:
            rows = Proposal.objects.filter(complaint__number=parameters["number"], position=1)
        elif "/complaints/" in path:
            rows = Complaint.objects.filter(number=parameters["number"])
        else:
            rows = FollowUp.objects.filter(number=parameters["number"])
        return rows.values_list("version", flat=True).first() or 1

    def fit_body(self, body, dice, person):
        if isinstance(body, dict):
            for row in [body, *(body.get("items") or [])]:
                self.fit_row(row, dice, person)

    def fit_row(self, row, dice, person):
        real = dict.fromkeys(("owner", "to", "number", "remark_by"), person)
        real |= {"store": self.them.store.name, "complaint": dice.choice(self.cases), "type": ""}
        row.update({name: text for name, text in real.items() if row.get(name)})
        if row.get("complaint"):
            row.pop("order", None)


class Tally:
    """Counts what was sent and answered, and gathers what went wrong."""

    def __init__(self):
        self.sent = 0
        self.statuses = Counter()
        self.failures = defaultdict(list)
        self.closed = set()

    def add(self, case, failures):
        for failure in failures:
            operation = f"{case.operation.method.upper()} {case.operation.path}"
            self.failures[operation, failure.title].append(str(failure)[:1500])


def run(operation, scene, tally, *, examples, seed):
    dice = random.Random(f"{seed}{operation.label}")  # noqa: S311 -- no secret
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        try:
            strategy = operation.as_strategy(generation_mode=mode)
        except schemathesis.errors.InvalidSchema as error:
            sys.exit(f"{operation.label}: {error}")
        fire(shoot(strategy, scene, tally, dice, mode), examples=examples, seed=seed)


def shoot(strategy, scene, tally, dice, mode):
    @given(case=strategy)
    def one(case):
        if mode == GenerationMode.POSITIVE and dice.random() < 0.7:
            scene.fit(case, dice)
        secret = scene.secrets[dice.choice(ROLES)]
        tally.sent += 1
        try:
            headers = {"Authorization": f"Bearer {secret}"}
            response = case.call(headers=headers)
            tally.statuses[response.status_code] += 1
            label = case.operation.label
            case.validate_response(
                response,
                headers=headers,
                transport_kwargs={"headers": headers},
                excluded_checks=[ignored_auth] if label in tally.closed else [],
            )
            if response.status_code < 300:
                tally.closed.add(label)  # without a token, and with a wrong one, it was refused
        except FailureGroup as group:
            tally.add(case, group.exceptions)
        except Failure as failure:
            tally.add(case, [failure])

    return one


def fire(one, *, examples, seed):
    often = settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    try:
        seeded(seed)(often(one))()
    except Unsatisfiable:
        return  # nothing can be broken in a call without parameters


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.getLogger("django.security").setLevel(logging.CRITICAL)
    logging.disable(logging.WARNING)  # refused calls are what this is about
    call_command("migrate", verbosity=0)
    began = time.monotonic()
    tally = Tally()
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)  # all calls stay in one transaction
    with transaction.atomic():
        scene = Scene()
        config = schemathesis.Config.from_dict(CONFIG)
        schema = schemathesis.openapi.from_wsgi(
            "/api/openapi.json", get_wsgi_application(), config=config
        )
        operations = [found.ok() for found in schema.get_all_operations()]
        try:
            shoot_all(operations, scene, tally, options)
        except KeyboardInterrupt:
            print("stopped early")
        transaction.set_rollback(True)
    return report(tally, operations, seconds=time.monotonic() - began)


def shoot_all(operations, scene, tally, options):
    turn = 0
    while tally.sent < options.cases:
        left = options.cases - tally.sent
        examples = max(1, min(50, left // (2 * len(operations))))
        for operation in operations:
            run(operation, scene, tally, examples=examples, seed=options.seed + turn)
            if tally.sent >= options.cases:
                break
        turn += 1
        print(f"{tally.sent} cases so far, {len(tally.failures)} kinds of failures", flush=True)


def report(tally, operations, *, seconds):
    print(
        f"{tally.sent} cases over {len(operations)} operations on {connection.vendor}"
        f" in {seconds:.0f} s"
    )
    print("answers:", ", ".join(f"{code}: {n}" for code, n in sorted(tally.statuses.items())))
    failed = sum(len(found) for found in tally.failures.values())
    server = sum(n for code, n in tally.statuses.items() if code >= 500)
    print(f"server errors: {server}; answers against the description: {failed - server}")
    for (operation, title), found in list(tally.failures.items())[:SHOWN]:
        print(f"\n--- {operation}: {title} ({len(found)} times)\n{found[0]}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
