"""The manifest of calling from the browser without an account."""

from web.kit.feature import Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.try_it import pages
from web.try_it.guest_limit import set_up_guest_limit

FEATURE = Feature(
    name="try_it",
    order=110,
    pages=(pages.router,),
    menu=(MenuEntry("/try-it", N_("Test call"), "phone-calling", shown=pages.is_in_menu),),
    set_up=set_up_guest_limit,
)
