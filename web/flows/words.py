"""The words of flows: differences, problems, and the names of a step's outputs."""

from collections.abc import Mapping

from crm.people.rights import Right
from ivr.difference import FlowChange
from web.kit.i18n import N_

READERS = (Right.FLOWS_EDIT, Right.FLOWS_PUBLISH, Right.LINES_MANAGE)
"""The permissions of which one is enough to see flows."""

CHANGES: Mapping[FlowChange, str] = {
    FlowChange.ADDED: N_("Step added: “{step}”"),
    FlowChange.REMOVED: N_("Step deleted: “{step}”"),
    FlowChange.CHANGED: N_("“{step}”: {field} was {before} and is {after}"),
    FlowChange.START: N_("The flow begins with “{step}”"),
}
NODE_FIELDS: Mapping[str, str] = {
    "type": N_("Type"),
    "name": N_("Name"),
    "error": N_("After an error"),
}
KEY = N_("Key {digit}")
SHARE = N_("{share} %")
NOTHING = N_("nothing")
NEW_STEP = N_("New step: {type}")
MOST_WAYS_SHOWN = 4

OPTIONS: Mapping[str, str] = {
    "number": N_("Number"),
    "digits": N_("Single digits"),
    "telephone": N_("Phone number"),
    "date": N_("Date"),
    "time": N_("Time"),
    "money": N_("Amount of money"),
    "none": N_("No key"),
    "any": N_("Any digits"),
    "mobile": N_("Mobile number"),
    "luhn": N_("Number with a check digit (bank cards)"),
}
"""What the options of steps are called; the others are shown as they are."""
