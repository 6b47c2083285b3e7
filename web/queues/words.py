"""Words of the queues' pages."""

from collections.abc import Mapping

from web.kit.i18n import N_

# Classes of Asterisk's music on hold, as `asterisk-conf/musiconhold.conf.j2` declares them.
MUSIC: Mapping[str, str] = {"default": N_("Standard music")}
