"""The steps of a document that may hold anything."""

from collections.abc import Mapping
from typing import Any

Node = dict[str, Any]
Nodes = dict[str, Node]


def nodes_of(document: Mapping[str, Any]) -> Nodes:
    """The steps of a document that may hold anything."""
    nodes = document.get("nodes")
    found = nodes.items() if isinstance(nodes, Mapping) else ()
    return {str(key): dict(node) if isinstance(node, Mapping) else {} for key, node in found}
