"""Whether this installation's Asterisk can receive faxes."""

from web.kit.settings import Settings


def is_installed(settings: Settings) -> bool:
    """Whether the module that receives faxes is among those that Asterisk loads."""
    try:
        loaded = (settings.asterisk_dir / "etc" / "modules.conf").read_text("utf-8")
    except OSError:
        return False
    return "res_fax_spandsp.so" in loaded
