"""The manifest of operations: tasks of the installation itself."""

from web.kit.feature import Feature
from web.ops.system_notices import watch_system
from web.ops.system_status import set_up_system_status
from web.ops.trunk_alarms import watch_trunks

FEATURE = Feature(
    name="ops",
    order=480,
    set_up=set_up_system_status,
    tasks=(watch_system, watch_trunks),
)
