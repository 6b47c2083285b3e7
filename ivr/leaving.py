"""Step types that lead the caller out of the flow, one for each kind of destination."""

from collections.abc import Callable
from typing import Any

from crm.kernel.destination import Destination, DestinationKind, read_destination
from crm.kernel.errors import InvalidError
from ivr.step import AtStep, LeaveFlow, StepAnswer, StepId, StepType


def leaving(
    kind: DestinationKind, label: str, fields: type[Any], key: Callable[[Any], object]
) -> StepType[Any]:
    """Make the type of a step that leaves for a destination; `key` reads its key of the fields."""

    def enter(read: Any, _at: AtStep) -> StepAnswer:
        return LeaveFlow(Destination(kind, str(key(read))), getattr(read, "priority", 0))

    def check(step: StepId, read: Any) -> None:
        try:
            read_destination(str(Destination(kind, str(key(read)))))
        except InvalidError:
            raise InvalidError(
                "The step “{node}” does not say where the caller goes.", field=step, node=step
            ) from None

    return StepType(kind.value.replace("-", "_"), label, fields, enter, check=check)
