"""What all refusals of the services have in common."""


class Refused(Exception):
    """The rules do not allow it. `code` finds the sentence in `texts`, `params` fill it."""

    code = "refused"

    def __init__(self, **params: str | int) -> None:
        super().__init__(self.code, params)
        self.params = params


class ChangedMeanwhile(Refused):
    """Somebody else has saved the row since it was read."""

    code = "changed_meanwhile"
