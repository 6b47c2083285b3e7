"""The manifest of operations: tasks and jobs of the installation itself."""

from web.kit.feature import Feature, RepeatedJob
from web.ops.housekeeping import forget_old_answers, forget_old_jobs
from web.ops.nightly import back_up_if_due
from web.ops.system_notices import watch_system
from web.ops.system_status import set_up_system_status

FEATURE = Feature(
    name="ops",
    order=300,
    set_up=set_up_system_status,
    tasks=(watch_system,),
    repeated_jobs=(
        RepeatedJob(forget_old_answers, minutes=5),
        RepeatedJob(forget_old_jobs, minutes=5),
        RepeatedJob(back_up_if_due, minutes=1),
    ),
)
