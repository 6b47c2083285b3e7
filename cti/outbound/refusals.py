"""The sentences that say why a number may not be dialled, and why a rule does not apply."""

from collections.abc import Mapping

from crm.kernel.text import N_
from cti.outbound.numbers import NumberClass

NO_NUMBER = N_("“{number}” is not a phone number.")
NO_RIGHT: Mapping[NumberClass, str] = {
    NumberClass.INTERNAL: N_("You may not dial extensions."),
    NumberClass.LOCAL: N_("You may not dial local numbers: no outbound rule allows it."),
    NumberClass.NATIONAL: N_("You may not dial national numbers: no outbound rule allows it."),
    NumberClass.MOBILE: N_("You may not dial mobile numbers: no outbound rule allows it."),
    NumberClass.INTERNATIONAL: N_(
        "You may not dial international numbers: no outbound rule allows it."
    ),
    NumberClass.PREMIUM: N_("You may not dial premium-rate numbers: no outbound rule allows it."),
}
LIMITED: Mapping[NumberClass, str] = {
    NumberClass.INTERNAL: N_("You may not dial extensions."),
    NumberClass.LOCAL: N_("You may not dial local numbers: your own limit excludes them."),
    NumberClass.NATIONAL: N_("You may not dial national numbers: your own limit excludes them."),
    NumberClass.MOBILE: N_("You may not dial mobile numbers: your own limit excludes them."),
    NumberClass.INTERNATIONAL: N_(
        "You may not dial international numbers: your own limit excludes them."
    ),
    NumberClass.PREMIUM: N_("You may not dial premium-rate numbers: your own limit excludes them."),
}
NO_TRUNK = N_("The rule “{rule}” has no trunk that works now.")
ALL_BUSY = N_("All lines of the rule “{rule}” are busy. Try again in a moment.")
TOO_MANY = N_("The rule “{rule}” allows no more calls at the same time.")
TOO_FAST = N_("The rule “{rule}” allows no more calls this minute. Try again in a moment.")
STOPPED = N_(
    "Your outbound calls are stopped to prevent fraud: only extensions and emergency numbers can "
    "be dialed until an administrator releases the stop."
)
ALL_STOPPED = N_(
    "All trunks of the rule “{rule}” are stopped to prevent fraud, until an administrator "
    "releases them."
)
OVER_PERSON = N_("You have reached the limit of {limit} a day for your calls.")
OVER_RULE = N_("Calls by the rule “{rule}” have reached its limit of {limit} a day.")
OVER_SITE = N_("All calls together have reached the limit of {limit} a day.")
MAY_NOT_HIDE = N_("Your number cannot be hidden: the rule “{rule}” does not allow it.")
NO_HIDING_TRUNK = N_("Your number cannot be hidden: no trunk of the rule “{rule}” allows it now.")
HIDES_OUTSIDE_ONLY = N_("Your number can be hidden in calls to outside numbers only.")
LISTED = N_("The number {number} is blocked for outgoing calls.")

OTHER_PEOPLE = N_("for other people")
OTHER_CLASS = N_("for other kinds of numbers")
OTHER_NUMBERS = N_("for other numbers")
