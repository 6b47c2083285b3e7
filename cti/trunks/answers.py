"""What a SIP answer or a cause of Q.850 means, in words; and after which the next trunk is tried.

Sources: RFC 3261 (21), RFC 3326, ITU-T Q.850, RFC 3398 (the table between the two).
"""

from collections.abc import Mapping

from crm.kernel.text import N_

TIMED_OUT = 408
_FORBIDDEN = 403

SIP: Mapping[int, str] = {
    301: N_("The number has moved. The new number is not dialed."),
    302: N_("The number is forwarded. The new number is not dialed."),
    400: N_("The provider did not understand the request."),
    401: N_("The provider refused the username or the password."),
    402: N_("The provider asks for a payment. Check the account's balance."),
    403: N_("The provider does not allow this. Check the account and the caller ID."),
    404: N_("The number does not exist."),
    405: N_("The provider does not accept this kind of request."),
    406: N_("The provider does not accept this request."),
    407: N_("The provider refused the username or the password."),
    408: N_("There was no answer in time."),
    410: N_("The number no longer exists."),
    415: N_("The provider does not support this kind of request."),
    416: N_("The provider does not know this kind of address."),
    420: N_("The provider does not support a required SIP extension."),
    421: N_("The provider requires a SIP extension that is missing."),
    422: N_("The session time is too short for the provider."),
    423: N_("The registration time is too short for the provider."),
    480: N_("The number is not available now."),
    481: N_("The provider no longer knows this call."),
    482: N_("The call went around in a loop."),
    483: N_("The call passed too many servers."),
    484: N_("The number is not complete."),
    485: N_("The number is ambiguous."),
    486: N_("The number is busy."),
    487: N_("The call was canceled."),
    488: N_("The provider accepts none of the codecs, or not the encryption."),
    491: N_("Two requests crossed. Try again."),
    493: N_("The provider cannot decrypt the request."),
    500: N_("The provider had an internal error."),
    501: N_("The provider does not support this kind of request."),
    502: N_("The provider got a wrong answer from its network."),
    503: N_("The provider is out of service, or all its lines are in use."),
    504: N_("The provider got no answer from its network in time."),
    505: N_("The provider does not know this version of SIP."),
    513: N_("The request is too long for the provider."),
    580: N_("The provider could not reserve the call's resources."),
    600: N_("The number is busy everywhere."),
    603: N_("The call was declined."),
    604: N_("The number does not exist anywhere."),
    606: N_("None of the offered settings was accepted."),
    607: N_("The called person does not want this call."),
    608: N_("The call was blocked on its way."),
}

_CLASSES: Mapping[int, str] = {
    1: N_("The provider is working on it."),
    2: N_("The provider answered."),
    3: N_("The provider names another address. It is not followed."),
    4: N_("The provider refused the request."),
    5: N_("The provider had an error."),
    6: N_("The call was refused everywhere."),
}

CAUSES: Mapping[int, str] = {
    1: SIP[404],
    2: N_("There is no route to this network."),
    3: N_("There is no route to this number."),
    16: N_("The call ended normally."),
    17: SIP[486],
    18: N_("The phone did not answer."),
    19: N_("Nobody answered in time."),
    20: SIP[480],
    21: SIP[603],
    22: N_("The number has changed."),
    23: SIP[302],
    26: N_("The call was answered elsewhere."),
    27: N_("The other side is out of order."),
    28: SIP[484],
    29: N_("The provider does not support this service."),
    31: N_("The call ended without a reason."),
    34: N_("All lines are in use."),
    38: N_("The network is out of order."),
    41: N_("The network had a temporary failure."),
    42: N_("The network is overloaded."),
    44: N_("The requested line is not available."),
    50: N_("The service is not subscribed."),
    52: N_("Outgoing calls are barred."),
    54: N_("Incoming calls are barred."),
    57: N_("The service is not allowed for this line."),
    58: SIP[488],
    65: N_("The provider does not support this service."),
    66: N_("The channel type is not supported."),
    69: N_("The provider does not support this service."),
    88: SIP[488],
    102: SIP[408],
    111: N_("The two systems did not understand each other."),
    127: N_("The network gave no reason."),
}

# The number itself is wrong or busy: another trunk would hear the same. For the others the trunk
# is at fault, or full.
_NEXT = frozenset({TIMED_OUT, 488, 500, 502, 503, 504})


def meaning_of_sip(status: int) -> str:
    """Give the sentence of a SIP status, to be translated; "" if it is none (RFC 3261, 21)."""
    return SIP.get(status) or _CLASSES.get(status // 100, "")


def meaning_of_cause(cause: int) -> str:
    """Give the sentence of a cause of Q.850, to be translated; "" for one without a sentence."""
    return CAUSES.get(cause, "")


def goes_to_next_trunk(sip: int, *, forbidden_is_next: bool) -> bool:
    """Whether a call that was refused with this status is tried on the next trunk.

    A carrier says 403 for a number that it does not serve, or for a caller's number that it does
    not accept; only its customer knows, so that this is a setting of the trunk.
    """
    return sip in _NEXT or (sip == _FORBIDDEN and forbidden_is_next)
