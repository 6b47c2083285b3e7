"""Words of music on hold."""

from collections.abc import Mapping

from web.kit.i18n import N_

MAKE = "music"  # the kind of the jobs that make music known to Asterisk
DEFAULT = "default"
STANDARD: Mapping[str, str] = {DEFAULT: N_("Standard music")}
"""Asterisk's class that `asterisk-conf/musiconhold.conf.j2` declares."""
