"""What may go wrong in the house, named for what is wrong; only `web/` knows the HTTP status."""


class HotlineError(Exception):
    """A sentence for a person, in English, with its values apart so that it can be translated."""

    def __init__(self, sentence: str, **values: object) -> None:
        """`sentence` is a gettext key with `{named}` places; `values` fill them."""
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence = sentence
        self.values = values


class MissingError(HotlineError):
    """What was asked for does not exist, or is not the asker's to see."""


class ConflictError(HotlineError):
    """It exists, but not in the state in which this could be done."""


class TakenError(ConflictError):
    """What there can be only one of is somebody else's; `field` names the place where it stands."""

    def __init__(self, sentence: str, field: str, **values: object) -> None:
        """Keep the field's name beside the sentence."""
        super().__init__(sentence, **values)
        self.field = field


class RefusedError(HotlineError):
    """The asker may not do this."""


class InvalidError(HotlineError):
    """What was sent cannot be right; `field` names the place where it is known."""

    def __init__(self, sentence: str, field: str = "", **values: object) -> None:
        """Keep the field's name beside the sentence."""
        super().__init__(sentence, **values)
        self.field = field


class ImpossibleError(HotlineError):
    """A state met an event that its table does not know: our mistake, logged and survived."""
