"""Addresses that a flow can never ask: refused when it is edited, not first when a caller waits.

What a name resolves to is checked when a call asks; here only the address as it is written.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from crm.kernel.errors import InvalidError
from crm.outgoing.target import read_target
from crm.parameters.parameter import Parameters
from ivr.check import FlowProblem
from ivr.step import StepId
from ivr.steps import http

_VARIABLE = re.compile(r"\{[^{}]*\}")


def own_hosts(known: Parameters) -> Iterator[str]:
    """Give the hosts in our own network that flows may ask."""
    for one in known.text("inside_hosts").split(","):
        if one.strip():
            yield one.strip().lower()


def forbidden_addresses(
    nodes: Mapping[str, Mapping[str, Any]], inside_hosts: Collection[str]
) -> Iterator[FlowProblem]:
    """Give the addresses of a flow's steps to which no request is ever sent."""
    for key, node in nodes.items():
        url = node.get("url")
        if node.get("type") != http.STEP.name or not isinstance(url, str) or not url.strip():
            continue
        whole = _VARIABLE.sub("x", url)
        try:
            read_target(whole, inside=_host(whole) in inside_hosts)
        except InvalidError as error:
            yield FlowProblem(error.sentence, StepId(key), "url", values=error.values)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
