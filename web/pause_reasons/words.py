"""The words of the rules of not-ready reasons."""

from collections.abc import Mapping

from acd.store import CountedIn
from web.kit.i18n import N_

COUNTED_IN: Mapping[CountedIn, str] = {
    CountedIn.GROUP: N_("In the agent's groups"),
    CountedIn.SITE: N_("In the whole site"),
}
