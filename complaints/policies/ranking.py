"""Which of the cases that a search found stands first."""

from collections.abc import Sequence

from portal.texttokens import is_character


def rank(head: str, tokens: Sequence[str]) -> int:
    """Return how far back the searched words stand in the head of a case's: the less, the better.

    The words of a case begin with its short texts (portal.texttokens): what is searched for in a
    name, a product or an order counts for more than in a long story. In signs; a word that the
    head does not hold counts as its end.
    """
    padded = f" {head} "
    # One character is found at the beginning of a word.
    words = (f" {token}" if is_character(token) else f" {token} " for token in tokens)
    places = map(padded.find, words)
    return sum(place if place >= 0 else len(padded) for place in places)
