"""The manifest of a user's own account."""

from crm.people.rights import Right
from web.account import api, pages, second_factor_api, security_pages
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="account",
    order=380,
    pages=(pages.router, security_pages.router),
    api=(api.router, second_factor_api.router),
    rights=(
        RightWords(
            Right.TOKENS_MAKE,
            N_("Settings"),
            N_("Create API tokens"),
            N_("A token can do what its owner can, or less."),
        ),
    ),
    audit=AuditWords(
        actions={
            "account.changed": N_("Own account changed"),
            "password.changed": N_("Own password changed"),
            "second_factor.enabled": N_("Two-factor authentication set up"),
            "second_factor.disabled": N_("Two-factor authentication turned off"),
            "recovery_codes.renewed": N_("Recovery codes renewed"),
            "session.ended": N_("Own session ended"),
            "token.made": N_("Token created"),
            "token.revoked": N_("Token revoked"),
        },
        things={
            "sessions": N_("Session"),
            "api_tokens": N_("Token"),
        },
    ),
    tags={"account": ApiTag("Account", "One's own account, sessions and tokens.")},
)
