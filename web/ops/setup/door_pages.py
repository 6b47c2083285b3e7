"""Pages of the front door (our nginx) for the time when the web does not answer."""

import hashlib
import json
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

# Such a page loads nothing: the web, which would serve a style sheet, may be away.
STYLE = """
body { margin: 0; min-height: 100vh; display: grid; place-items: center; text-align: center;
  font: 1.1rem/1.6 system-ui, sans-serif; color: #1f2937; background: #f8fafc; }
main { padding: 1rem; max-width: 40rem; }
p { margin: .2rem; }
@media (prefers-color-scheme: dark) { body { color: #e5e7eb; background: #0f172a; } }
"""
STYLE_HASH = f"sha256-{b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}"
POLICY = (
    f"default-src 'none'; style-src '{STYLE_HASH}'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class DoorMessage:
    """One message, in both languages, since the reader's language is unknown."""

    name: str
    english: str
    chinese: str
    again_seconds: int = 0  # seconds until the browser reloads

    def page(self) -> str:
        """Give it as an HTML page."""
        again = self.again_seconds
        refresh = f'<meta http-equiv="refresh" content="{again}">\n' if again else ""
        return (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"{refresh}<title>Hotline</title>\n<style>{STYLE}</style>\n</head>\n"
            f'<body>\n<main role="status">\n<p>{self.english}</p>\n'
            f'<p lang="zh-Hans">{self.chinese}</p>\n</main>\n</body>\n</html>\n'
        )

    def problem(self) -> str:
        """Give it as a problem document (RFC 9457)."""
        members = {"type": f"urn:hotline:problem:door-{self.name}", "title": self.english}
        return json.dumps(members, ensure_ascii=False)


NOTICES = (
    DoorMessage("starting", "Hotline is starting…", "Hotline 正在启动…", again_seconds=2),
    DoorMessage(
        "busy",
        "Too many requests from here. Please wait a moment, then try again.",
        "来自此处的请求过多。请稍候再试。",
    ),
    DoorMessage("large", "The request is too large.", "发送的内容过大。"),
    DoorMessage(
        "name",
        "Hotline does not know itself by this name. Open it by its IP address, or have the name"
        " put into HOTLINE_NAME.",
        "Hotline 未配置此主机名。请用 IP 地址打开。也可将该名称写入 HOTLINE_NAME。",
    ),
    DoorMessage("refused", "This cannot be opened here.", "此处无法打开该内容。"),
)


def write_pages(folder: Path) -> None:
    """Write each message as a page and as a problem document."""
    for notice in NOTICES:
        (folder / f"{notice.name}.html").write_text(notice.page(), encoding="utf-8")
        (folder / f"{notice.name}.json").write_text(notice.problem(), encoding="utf-8")
