"""The sums of calls as the API shows them."""

from crm.calls.sums.store import CallSums
from crm.charges.rate import amount_of
from web.calls.shapes import CallSumShape
from web.charges.shapes import AmountShape


def show_sums(found: CallSums) -> CallSumShape:
    """Show the sums of calls."""
    return CallSumShape(
        calls=found.count,
        talk_seconds=round(found.talk_seconds, 1),
        talk_average_seconds=round(found.talk_mean, 1),
        wait_seconds=round(found.wait_seconds, 1),
        wait_average_seconds=round(found.wait_mean, 1),
        costs=[
            AmountShape(currency=currency, amount=amount_of(cost))
            for currency, cost in found.costs.items()
        ],
    )
