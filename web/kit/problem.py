"""A failed request's problem, as it is answered (RFC 9457)."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem, ready to be answered as JSON or as a page."""

    status: int
    kind: str
    title: str
    detail: str
    retry_seconds: int | None = None
    errors: list[dict[str, str]] = field(default_factory=list)
    more: dict[str, str] = field(default_factory=dict)  # headers, such as a 405's Allow

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer, as JSON or page."""
        headers = dict(self.more)
        if self.retry_seconds is not None:
            headers["Retry-After"] = str(self.retry_seconds)
        if self.status == 401:  # noqa: PLR2004
            # htmx raises an event and leaves the page, and its phone, as they are.
            headers |= {"HX-Trigger": "session-over", "HX-Reswap": "none"}
            headers["WWW-Authenticate"] = 'Bearer realm="hotline"'
        return headers

    def document(self, instance: str) -> dict[str, object]:
        """Give the members of RFC 9457, with `errors` for single fields."""
        members: dict[str, object] = {
            "type": f"urn:hotline:problem:{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
        }
        return members | ({"errors": self.errors} if self.errors else {})
