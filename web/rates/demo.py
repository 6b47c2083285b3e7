"""The demo's rates: China, and some countries."""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy.orm import Session

from crm.charges.rate import Rate
from crm.charges.store import add_rate, checked, rates, remove_rates
from crm.people.person import User


def _rate(begins: str, name: str, per_minute: str, step: int = 60) -> Rate:
    return Rate(begins, name, Decimal(per_minute), Decimal(0), step, step)


RATES = (
    _rate("local", "市话", "0.10"),
    _rate("national", "国内长途", "0.20"),
    _rate("mobile", "国内手机", "0.15"),
    _rate("international", "国际（其他国家）", "3.60", 6),  # noqa: RUF001 - Chinese brackets
    _rate("+852", "中国香港", "0.39", 6),
    _rate("+1", "美国、加拿大", "0.58", 6),
    _rate("+44", "英国", "0.89", 6),
    _rate("+81", "日本", "1.20", 6),
)


def add_demo_rates(session: Session, _users: Mapping[str, User]) -> None:
    """Add the rates."""
    for one in RATES:
        add_rate(session, one)


def remove_demo_rates(session: Session) -> None:
    """Remove those that nobody changed."""
    known = set(checked(RATES))
    remove_rates(session, [one.id for one in rates(session) if one.rate in known])
