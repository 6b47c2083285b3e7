"""Errors for users, named for what is wrong; only `web/` knows HTTP statuses."""


class HotlineError(Exception):
    """A sentence for the user, in English, with separate values so that it can be translated."""

    def __init__(self, sentence: str, **values: object) -> None:
        """`sentence` is a gettext key with `{named}` places; `values` fill them."""
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence = sentence
        self.values = values


class MissingError(HotlineError):
    """The thing does not exist, or the user may not see it."""


class ConflictError(HotlineError):
    """The thing is not in a state in which this can be done."""


class TakenError(ConflictError):
    """A unique value is in use already; `field` names the field."""

    def __init__(self, sentence: str, field: str, **values: object) -> None:
        """Store the field's name beside the sentence."""
        super().__init__(sentence, **values)
        self.field = field


class RefusedError(HotlineError):
    """The user may not do this."""


class InvalidError(HotlineError):
    """A value is not valid; `field` names its field if that is known."""

    def __init__(self, sentence: str, field: str = "", **values: object) -> None:
        """Store the field's name beside the sentence."""
        super().__init__(sentence, **values)
        self.field = field


class ImpossibleError(HotlineError):
    """An event that a state's table does not have: our bug, logged and survived."""
