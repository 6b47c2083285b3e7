"""The names of rights and of how far they reach."""

from collections.abc import Mapping

from crm.people.rights import Extent, Right
from web.kit.i18n import N_

RIGHT_GROUPS: Mapping[str, tuple[Right, ...]] = {
    N_("Work with calls"): (
        Right.DESK,
        Right.FLOOR_SEE,
        Right.CALLS_SEE,
        Right.RECORDINGS_HEAR,
        Right.CALLS_EXPORT,
    ),
    N_("Customers"): (Right.CUSTOMERS_SEE, Right.CUSTOMERS_EDIT, Right.CUSTOMERS_EXPORT),
    N_("People and rights"): (
        Right.PEOPLE_MANAGE,
        Right.ROLES_MANAGE,
        Right.LOGINS_SEE,
        Right.AUDIT_SEE,
    ),
    N_("Settings"): (
        Right.DICTIONARIES_EDIT,
        Right.PARAMETERS_EDIT,
        Right.VIEWS_SHARE,
        Right.TOKENS_MAKE,
        Right.WEBHOOKS_MANAGE,
        Right.STATUS_SEE,
        Right.SERVICES_RESTART,
    ),
}


RIGHT_NAMES: Mapping[str, str] = {
    Right.DESK: N_("Take calls at a desk"),
    Right.FLOOR_SEE: N_("Watch the live floor"),
    Right.CALLS_SEE: N_("See calls"),
    Right.RECORDINGS_HEAR: N_("Hear recordings"),
    Right.CALLS_EXPORT: N_("Export calls"),
    Right.CUSTOMERS_SEE: N_("See customers"),
    Right.CUSTOMERS_EDIT: N_("Add and change customers"),
    Right.CUSTOMERS_EXPORT: N_("Export customers"),
    Right.TOKENS_MAKE: N_("Make tokens for programs"),
    Right.VIEWS_SHARE: N_("Share views of lists"),
    Right.PEOPLE_MANAGE: N_("Manage users and groups"),
    Right.ROLES_MANAGE: N_("Manage roles"),
    Right.LOGINS_SEE: N_("See the login log"),
    Right.AUDIT_SEE: N_("See the audit log"),
    Right.DICTIONARIES_EDIT: N_("Edit dictionaries"),
    Right.PARAMETERS_EDIT: N_("Edit parameters"),
    Right.WEBHOOKS_MANAGE: N_("Manage webhooks"),
    Right.STATUS_SEE: N_("See the system's status"),
    Right.SERVICES_RESTART: N_("Restart parts of the system"),
}


RIGHT_HELP: Mapping[str, str] = {
    Right.DESK: N_("A telephone of one's own, the screen pop, outcomes and service records."),
    Right.FLOOR_SEE: N_("Who is ready, who talks, who waits."),
    Right.CALLS_SEE: N_("The list of calls and the story of each."),
    Right.RECORDINGS_HEAR: N_("Every listening is noted in the audit log."),
    Right.CALLS_EXPORT: N_("As a file for a spreadsheet."),
    Right.CUSTOMERS_SEE: N_("Also on the card that shows who is calling."),
    Right.CUSTOMERS_EDIT: N_("Name, numbers, level and everything else of a customer's file."),
    Right.CUSTOMERS_EXPORT: N_("As a file, with everybody's numbers."),
    Right.TOKENS_MAKE: N_("A token may do what its owner may, or less."),
    Right.VIEWS_SHARE: N_("Filters and columns that everybody finds in his list."),
    Right.PEOPLE_MANAGE: N_("Of those who may do no more than oneself."),
    Right.ROLES_MANAGE: N_("With rights that one holds oneself."),
    Right.LOGINS_SEE: N_("Who came in, from where, and who failed to."),
    Right.AUDIT_SEE: N_("Who changed what, before and after."),
    Right.DICTIONARIES_EDIT: N_("What can be chosen in forms."),
    Right.PARAMETERS_EDIT: N_("Rules for passwords, sessions, lists and telephones."),
    Right.WEBHOOKS_MANAGE: N_("Where events are sent to, and their secrets."),
    Right.STATUS_SEE: N_("Processes, nodes, database, disk and clock."),
    Right.SERVICES_RESTART: N_("Calls go on, except when Asterisk itself is restarted."),
}


EXTENTS: Mapping[str, str] = {
    Extent.OWN: N_("Own"),
    Extent.TEAM: N_("Team"),
    Extent.ALL: N_("All"),
}
