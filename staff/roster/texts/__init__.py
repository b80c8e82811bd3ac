"""What the roster says: why not, what is broken, and what a notice tells."""

from staff.roster.texts.findings import problem, words
from staff.roster.texts.notices import KINDS, VERBS
from staff.roster.texts.refusals import ROWS, of_code, sentence

__all__ = ["KINDS", "ROWS", "VERBS", "of_code", "problem", "sentence", "words"]
