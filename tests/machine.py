"""The tools of a test machine beyond Python: a browser, and a Chinese font."""

import os
import shutil
import subprocess
from pathlib import Path

from web.ops.setup.packages import PackageSet, private_root
from web.ops.setup.steps import SetupError, step

NAMES = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ("chromium", "fonts-noto-cjk")
LETTERS = "/usr/share/fonts/opentype/noto"


def have_browser(home: Path) -> str:
    """Install Chromium and Chinese fonts if needed; give why it failed, or ""."""
    if _there():
        return ""
    if os.geteuid() == 0:
        with step("Browser: installing Chromium and Chinese letters"):
            _apt("update")
            _apt("install", "-y", "--no-install-recommends", *PACKAGES)
        if _there():
            return ""
    return _private(home)


def _there() -> bool:
    browser = next((found for name in NAMES if (found := shutil.which(name))), None)
    return browser is not None and "/snap/" not in str(Path(browser).resolve()) and _letters()


def _letters() -> bool:
    found = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False)
    return bool(found.stdout.strip())


def _apt(*arguments: str) -> None:
    subprocess.run(
        ["apt-get", "-q", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


def _private(home: Path) -> str:
    """Unpack the machine's own packages into the test home and write a starter into its bin/."""
    try:
        with step("Browser: fetching Chromium and Chinese letters") as progress:
            wanted = PackageSet("chromium", PACKAGES, 100, any_release=False)
            root = private_root(wanted, home / "cache", progress)
    except SetupError as error:
        return f"The browser tests need Chromium and fonts-noto-cjk; install them. ({error})"
    starter = home / "bin" / "chromium"
    starter.parent.mkdir(exist_ok=True)
    libraries = ":".join(
        sorted({str(p.parent) for p in (root / "usr" / "lib").glob("*-linux-gnu/**/lib*.so*")})
    )
    fonts = home / "cache" / "fonts.conf"
    fonts.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{root}/usr/share/fonts</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{home}/cache/fonts</cachedir></fontconfig>"
    )
    starter.write_text(
        "#!/bin/sh\n"
        f"export LD_LIBRARY_PATH='{libraries}' FONTCONFIG_FILE='{fonts}'\n"
        f"exec '{root}/usr/lib/chromium/chromium' --no-sandbox \"$@\"\n"
    )
    starter.chmod(0o755)
    os.environ["PATH"] = f"{starter.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return ""
