"""A private apt that uses the mirrors, keys and proxies of this machine's apt.

The mirrors' addresses are the machine's own; none is written here.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path

# How to reach the mirrors: proxies, retries, certificates. The rest of the machine's apt
# configuration (hooks, pins, recommendations) is not used in a private root.
REACH = ("acquire::http", "acquire::https", "acquire::retries", "acquire::forceipv")


@dataclass(frozen=True, slots=True)
class AptSource:
    """One archive, one suite."""

    uri: str
    suite: str
    components: str
    signed_by: str  # a keyring's path, keys in deb822's folded form, or empty

    def stanza(self) -> str:
        """Write it as deb822 (sources.list(5))."""
        lines = ["Types: deb", f"URIs: {self.uri}", f"Suites: {self.suite}"]
        if self.components:
            lines.append(f"Components: {self.components}")
        if self.signed_by:
            lines.append(f"Signed-By: {self.signed_by}")
        return "\n".join(lines) + "\n"


def release() -> tuple[str, str]:
    """Give the machine's code name and distribution, for example bookworm and debian."""
    known: dict[str, str] = {}
    for line in _lines(Path("/etc/os-release")):
        name, _, value = line.partition("=")
        known[name] = value.strip().strip('"')
    return known.get("VERSION_CODENAME", ""), known.get("ID", "")


def machine_sources() -> list[AptSource]:
    """Give the machine's sources for its own release, with updates and security."""
    codename, _ = release()
    return [
        source
        for source in _all_sources()
        if source.suite.partition("-")[0].partition("/")[0] == codename
        and not source.suite.endswith(("-backports", "-proposed"))
    ]


def apt_settings(work: Path, sources: list[AptSource]) -> Path:
    """Lay out a private apt below `work` and give its APT_CONFIG file."""
    for folder in ("state/lists/partial", "cache/archives/partial", "etc/sources.list.d", "log"):
        (work / folder).mkdir(parents=True, exist_ok=True)
    (work / "etc" / "apt.conf.d").mkdir(exist_ok=True)
    (work / "etc" / "preferences.d").mkdir(exist_ok=True)
    (work / "status").touch()
    stanzas = "\n".join(source.stanza() for source in sources)
    (work / "etc" / "sources.list.d" / "hotline.sources").write_text(stanzas)
    known = _machine_configuration()
    ours = {
        "Dir::State": str(work / "state"),
        # An empty list of installed packages: everything needed comes along.
        "Dir::State::status": str(work / "status"),
        "Dir::Cache": str(work / "cache"),
        "Dir::Etc": str(work / "etc"),
        "Dir::Etc::trusted": _machine_place(known, "trusted"),
        "Dir::Etc::trustedparts": _machine_place(known, "trustedparts"),
        "Dir::Etc::netrc": _machine_place(known, "netrc"),
        "Dir::Etc::netrcparts": _machine_place(known, "netrcparts"),
        "Dir::Log": str(work / "log"),
        # The lists of a frozen mirror are past their date; they are still signed.
        "Acquire::Check-Valid-Until": "false",
        "Acquire::Languages": "none",
        "APT::Install-Recommends": "false",
        "APT::Get::List-Cleanup": "false",
        # apt's own user cannot write into a home of mode 0700.
        "APT::Sandbox::User": "",
    }
    reach = {name: value for name, value in known if name.lower().startswith(REACH)}
    text = "".join(f'{name} "{value}";\n' for name, value in (reach | ours).items())
    path = work / "apt.conf"
    path.write_text(text)
    return path


def one_line_source(line: str) -> list[AptSource]:
    """Read a line of sources.list: `deb [signed-by=…] URI suite component…`."""
    words = line.partition("#")[0].split()
    if not words or words[0] != "deb":
        return []
    signed_by = ""
    if len(words) > 1 and words[1].startswith("["):
        end = next((n for n, word in enumerate(words) if word.endswith("]")), 1)
        for option in " ".join(words[1 : end + 1]).strip("[] ").split():
            name, _, value = option.partition("=")
            signed_by = value if name.lower() == "signed-by" else signed_by
        words = [words[0], *words[end + 1 :]]
    if len(words) < 3:  # noqa: PLR2004 - type, address, suite
        return []
    return [AptSource(words[1], words[2], " ".join(words[3:]), signed_by)]


def deb822_sources(text: str) -> list[AptSource]:
    """Read a .sources file: stanzas of fields, folded lines beginning with a blank."""
    found: list[AptSource] = []
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for stanza in plain.split("\n\n"):
        values: dict[str, str] = {}
        name = ""
        for line in stanza.splitlines():
            if line[:1].isspace() and name:
                values[name] += f"\n{line}"
            elif ":" in line:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                values[name] = value.strip()
        if "deb" not in values.get("types", "").split() or values.get("enabled", "") == "no":
            continue
        found += [
            AptSource(uri, suite, values.get("components", ""), values.get("signed-by", ""))
            for uri in values.get("uris", "").split()
            for suite in values.get("suites", "").split()
        ]
    return found


def _all_sources() -> list[AptSource]:
    known = _machine_configuration()
    found: list[AptSource] = []
    for line in _lines(Path(_machine_place(known, "sourcelist"))):
        found += one_line_source(line)
    parts = Path(_machine_place(known, "sourceparts"))
    for path in sorted(parts.iterdir()) if parts.is_dir() else []:
        if path.suffix == ".list":
            for line in _lines(path):
                found += one_line_source(line)
        elif path.suffix == ".sources":
            found += deb822_sources("\n".join(_lines(path)))
    return found


def _machine_configuration() -> list[tuple[str, str]]:
    dumped = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=False)
    pairs: list[tuple[str, str]] = []
    for line in dumped.stdout.splitlines():
        name, _, value = line.partition(" ")
        pairs.append((name, value.strip().removesuffix(";").strip('"')))
    return pairs


def _machine_place(known: list[tuple[str, str]], name: str) -> str:
    """Give the path of a part of the machine's apt configuration."""
    values = dict(known)
    base = Path(values.get("Dir", "/")) / values.get("Dir::Etc", "etc/apt")
    return str(base / values.get(f"Dir::Etc::{name}", name))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(errors="replace").splitlines()
    except OSError:
        return []
