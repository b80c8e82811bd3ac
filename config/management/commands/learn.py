"""`manage.py learn`: learn suggestions of triage from the department's own decisions."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from feedback.queries import learning as queries
from feedback.services import learning
from portal import audit


class Command(BaseCommand):
    help = "Learn suggestions of triage (kind, topic, mood) from decisions and ratings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--say", metavar="TEXT", help="only tell what is suggested for a text")

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 -- as argparse gives them
        if options["say"] is not None:
            self._say(options["say"])
            return
        try:
            with audit.coming_from("learn"):
                model = learning.train(actor=None, now=timezone.now())
        except learning.NoLibrary:
            raise CommandError(
                "scikit-learn is not installed: triage goes by rules. Install "
                "config/requirements-learn.lock."
            ) from None
        except learning.TooLittle:
            raise CommandError(
                f"Too little to learn from: two kinds need {learning.LEAST} decisions each, or "
                f"{learning.LEAST} bad and {learning.LEAST} good ratings."
            ) from None
        if model is not None:
            self.stdout.write(f"version {model.number}, {model.seconds} s, {model.file}")
            for name in queries.heads_of(model):
                fact = learning.Tried(**model.facts[name])
                self.stdout.write(
                    f"{name}: learnt from {fact.learnt}, {fact.right} of {fact.tried} newer ones "
                    f"right ({fact.percent:.1f} %)"
                )

    def _say(self, text: str) -> None:
        model = queries.in_use()
        weights = queries.weights_of(model) if model else None
        if weights is None:
            raise CommandError("Nothing was learnt yet: triage goes by rules.")
        found = queries.about(weights, text)
        said = [found.said] if found.said else []
        for one in [*said, *found.topics]:
            self.stdout.write(f"{one.label} {one.percent} %: {' '.join(one.words)}")
