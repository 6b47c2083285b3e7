"""Customers as a target of imports: the columns, and how their cells are read."""

from collections.abc import Mapping, Sequence
from functools import partial

from sqlalchemy.orm import Session

from crm.customers.customer import Label, Sex
from crm.customers.imported.store import (
    CustomerFields,
    Duplicates,
    active_choices,
    owners,
    undo,
    write_customers,
)
from crm.dictionary.item import List
from crm.imports.row import ImportColumn, ReadRow, RowOutcome, WriteTask, bad
from crm.kernel.errors import InvalidError
from crm.kernel.typed_phone import typed_numbers
from crm.people.rights import Right
from web.customers.words import CHOICE_LABELS
from web.kit.i18n import N_
from web.kit.import_target import ImportOption, ImportTarget

SEX_WORDS: Mapping[str, Sex] = {
    **dict.fromkeys(("male", "m", "mr", "mr.", "男", "男性", "先生", "1"), Sex.MALE),
    **dict.fromkeys(
        ("female", "f", "ms", "ms.", "mrs", "mrs.", "女", "女性", "女士", "小姐", "2"), Sex.FEMALE
    ),
    **dict.fromkeys(("unknown", "未知", "0", "-"), Sex.UNKNOWN),
}
TEXTS = ("name", "company", "sex", "address", "email", "note")
CHOICES = ("level", "category", "status")
PHONES: Mapping[str, Label] = {
    "mobile": Label.MOBILE,
    "home": Label.HOME,
    "office": Label.OFFICE,
    "phones": Label.OTHER,
}


def _sex(text: str, _region: str) -> Sex:
    try:
        return SEX_WORDS[text.casefold()]
    except KeyError:
        raise InvalidError("“{key}” is not one of the options.", key=text[:50]) from None


def _phones(text: str, region: str) -> tuple[str, ...]:
    return typed_numbers(text, region)


def _write(session: Session, rows: Sequence[ReadRow], task: WriteTask) -> list[RowOutcome]:
    choices, users = active_choices(session), owners(session)
    found: dict[int, CustomerFields] = {}
    outcomes: dict[int, RowOutcome] = {}
    for place, row in enumerate(rows):
        try:
            found[place] = _fields(row, choices, users)
        except InvalidError as error:
            outcomes[place] = bad(error)
    duplicates = Duplicates(task.options.get("duplicates", Duplicates.SKIP))
    written = write_customers(session, list(found.values()), task, duplicates)
    outcomes.update(zip(found, written, strict=True))
    return [outcomes[place] for place in range(len(rows))]


def _fields(
    row: ReadRow, choices: Mapping[str, Mapping[str, str]], users: Mapping[str, int]
) -> CustomerFields:
    fields: dict[str, str | int] = {name: row.text(name) for name in TEXTS if row.text(name)}
    for name in CHOICES:
        if text := row.text(name):
            key = choices[name].get(text.casefold())
            if key is None:
                raise InvalidError("“{key}” is not one of the options.", name, key=text[:50])
            fields[name] = key
    if text := row.text("owner"):
        if text.casefold() not in users:
            raise InvalidError("“{key}” is not one of the options.", "owner", key=text[:50])
        fields["owner"] = users[text.casefold()]
    phones: dict[str, Label] = {}
    for name, label in PHONES.items():
        numbers = row.values.get(name, ())
        for number in numbers if isinstance(numbers, tuple) else ():
            phones.setdefault(number, label)
    return CustomerFields(fields, phones)


_phone_column = partial(ImportColumn, read=_phones)
CUSTOMERS = ImportTarget(
    key="customers",
    title=N_("Customers"),
    right=Right.CUSTOMERS_IMPORT,
    url="/customers",
    filter="import",
    columns=(
        ImportColumn(
            "name",
            N_("Full name"),
            required=True,
            longest=200,
            names=("name", "customer", "contact", "客户姓名", "客户名称", "名字", "联系人"),
        ),
        ImportColumn(
            "company",
            N_("Company"),
            longest=200,
            names=("organisation", "organization", "firm", "单位", "公司名称", "工作单位"),
        ),
        _phone_column("mobile", N_("Mobile"), names=("cell", "mobile phone", "手机", "手机号码")),
        _phone_column("home", N_("Home"), names=("home phone", "家庭电话", "住宅电话")),
        _phone_column("office", N_("Office"), names=("work phone", "办公电话", "单位电话")),
        _phone_column(
            "phones",
            N_("Phone numbers"),
            help=N_("May hold several numbers, with commas between them."),
            names=("phone", "telephone", "tel", "number", "电话", "电话号码", "联系电话", "号码"),
        ),
        ImportColumn(
            "level", CHOICE_LABELS[List.CUSTOMER_LEVEL], names=("level", "客户级别", "等级", "级别")
        ),
        ImportColumn("category", CHOICE_LABELS[List.CUSTOMER_CATEGORY], names=("type", "客户类别")),
        ImportColumn("status", CHOICE_LABELS[List.CUSTOMER_STATUS], names=("status", "状态")),
        ImportColumn("sex", N_("Gender"), read=_sex, names=("sex", "title", "称呼")),
        ImportColumn(
            "owner",
            N_("Owner"),
            help=N_("The username or the full name of a user."),
            longest=100,
            names=("agent", "负责人", "归属坐席", "专属坐席"),
        ),
        ImportColumn("email", N_("Email"), longest=254, names=("e-mail", "mail", "电子邮箱")),
        ImportColumn("address", N_("Address"), longest=500, names=("street", "住址", "联系地址")),
        ImportColumn("note", N_("Note"), longest=4000, names=("comment", "remark", "备注", "说明")),
    ),
    options=(
        ImportOption(
            "duplicates",
            N_("If a customer has the number already"),
            {
                Duplicates.SKIP: N_("Skip the row"),
                Duplicates.UPDATE: N_("Update the customer"),
                Duplicates.ADD: N_("Add another customer"),
            },
        ),
    ),
    write=_write,
    undo=undo,
)
