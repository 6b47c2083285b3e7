"""The manifest of tests of call flows."""

from web.flow_tests import api, traffic_api
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_

FEATURE = Feature(
    name="flow_tests",
    order=237,
    api=(api.router, traffic_api.router),
    audit=AuditWords(
        actions={
            "flow.test_added": N_("Test of a call flow added"),
            "flow.test_changed": N_("Test of a call flow changed"),
            "flow.test_removed": N_("Test of a call flow deleted"),
            "flow.tests_imported": N_("Tests of a call flow imported"),
        },
        fields={
            "tests": N_("Tests"),
            "test": N_("Test"),
            "scenario": N_("Call"),
            "expect": N_("Expected"),
        },
    ),
)
