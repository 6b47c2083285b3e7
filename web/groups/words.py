"""The names of the kinds of user groups."""

from collections.abc import Mapping

from crm.people.groups.group import GroupKind
from web.kit.i18n import N_

GROUP_KINDS: Mapping[str, str] = {
    GroupKind.DEPARTMENT: N_("Department"),
    GroupKind.GROUP: N_("User group"),
}
