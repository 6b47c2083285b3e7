"""The customers of a generated year: names, numbers and files, as the lines that COPY takes."""

from datetime import date, timedelta
from random import Random

from crm.customers.store import searchable

CUSTOMER_COLUMNS = (
    "id, name, company, level, category, status, sex, address, email, note, created_at, "
    "updated_at, version, name_key, haystack, grams"
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文小雨晨欣怡"
FIRST = ("Emma", "James", "Olivia", "William", "Sophia", "Lucas", "Mia", "Henry", "Grace", "Ava")
LAST = ("Johnson", "Miller", "Brown", "Davis", "Wilson", "Martin", "Anderson", "Clark", "Lee")
COMPANIES = (
    *("晨光电子", "华安物流", "启明学校", "海风酒店", "绿洲农业", "远大机械", "蓝天航空服务"),
    *("Northwind Trading", "Miller & Sons", "Blue Door Cafe", "Martin Optik", "Tan Foods"),
)
PREFIXES = ("138", "139", "136", "159", "188", "133", "177")
# The seconds of a day: " 23:59:59."
CLOCK = [f" {s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}." for s in range(86_400)]


def a_name(chance: Random) -> str:
    """Make a name: seven of ten are Chinese."""
    if chance.random() < 0.7:
        return chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.randint(1, 2)))
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def numbers_of(customer: int) -> list[str]:
    """Give the numbers of the customer of this place: one, two or three of them."""
    if customer % 20 == 19:
        found = [f"+447{700_000_000 + customer}"]
    else:
        found = [f"+86{PREFIXES[customer % 7]}{customer * 37 % 10**8:08}"]
    if customer % 10 >= 6:
        found.append(f"+8621{50_000_000 + customer}")
    if customer % 10 == 9:
        found.append(f"+8610{60_000_000 + customer}")
    return found


def customer_line(chance: Random, id_: int, place: int, until: date) -> str:
    """Give the row of a customer who was added and changed in the last years."""
    name = a_name(chance)
    company = chance.choice(COMPANIES) if chance.random() < 0.3 else ""
    created = until - timedelta(days=int(chance.random() * 1000))
    updated = min(created + timedelta(days=int(chance.random() ** 3 * 900)), until)
    found = searchable(name, company, numbers_of(place))
    pieces = ",".join(f'"{one}"' for one in found["grams"])
    haystack = str(found["haystack"]).replace("\n", "\\n")
    at = f"{CLOCK[int(chance.random() * 50_000)]}{place % 1000:03}+00"
    return "\t".join(
        (
            str(id_),
            name,
            company,
            chance.choice(("gold", "silver", "standard", "standard", "standard", "")),
            "company" if company else "person",
            chance.choice(("active", "active", "active", "prospect", "lost")),
            chance.choice(("male", "female", "")),
            f"中山路{place % 999 + 1}号" if place % 3 else "",
            f"c{place}@example.com" if place % 2 else "",
            "",
            f"{created}{at}",
            f"{updated}{at}",
            "1",
            str(found["name_key"]),
            haystack,
            f"{{{pieces}}}",
        )
    )
