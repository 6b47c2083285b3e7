"""Forms made from bodies: kinds, bounds, defaults, and what comes back."""

from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel, Field, ValidationError

from crm.people.person import Language
from web.kit.body_form import Input, OptionalPart, fields_of, labels_of, read_body
from web.kit.editing import NotSaved, submit
from web.kit.forms import Form, choices_of
from web.kit.i18n import Reader
from web.kit.posted import Posted

READER = Reader(Language.ENGLISH, ZoneInfo("UTC"), "CN")


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class ThingBody(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=40), Input("Name", help="Any name.")]
    size: Annotated[Size, Input("Size")] = Size.LARGE
    count: Annotated[int, Field(ge=1, le=9), Input("Count")] = 3
    parent: Annotated[int | None, Input("Parent", "select", placeholder="None")] = None
    note: Annotated[str, Field(max_length=1000), Input("Note")] = ""
    members: Annotated[list[int], Input("Members")] = Field(default_factory=list)
    on: Annotated[bool, Input("On")] = True
    hidden: str = "not in the form"


def fields(**values):
    options = {"size": choices_of([("small", "Small"), ("large", "Large")])}
    return {one.name: one for one in fields_of(ThingBody, READER, values, options)}


def posted(**sent):
    return Posted({name: one if isinstance(one, list) else [one] for name, one in sent.items()})


def test_a_field_has_the_kind_and_the_bounds_of_its_member():
    made = fields()

    assert {name: one.kind for name, one in made.items()} == {
        "name": "text",
        "size": "select",
        "count": "number",
        "parent": "select",
        "note": "textarea",
        "members": "multiselect",
        "on": "checkbox",
    }
    assert (made["name"].maxlength, made["name"].help) == (40, "Any name.")
    assert (made["count"].least, made["count"].most) == ("1", "9")
    assert [one.name for one in made["size"].options] == ["Small", "Large"]
    assert {one.name for one in made.values() if one.required} == {"name", "size"}


def test_a_new_form_holds_the_defaults_and_an_old_one_the_values():
    new = fields()
    old = fields(name="A", size=Size.SMALL, parent=4, members=[1, 2], on=False)

    assert [new[one].value for one in ("name", "size", "count", "parent", "on")] == [
        "",
        "large",
        "3",
        "",
        "on",
    ]
    assert [old[one].value for one in ("name", "size", "parent", "on")] == ["A", "small", "4", ""]
    assert old["members"].chosen == ["1", "2"]


def test_what_was_posted_is_read_as_the_body():
    sent = posted(name=" A ", size="small", count="2", parent="", note=" x ", members=["1", "2"])

    assert read_body(ThingBody, sent) == ThingBody(
        name="A", size=Size.SMALL, count=2, parent=None, note=" x ", members=[1, 2], on=False
    )


@pytest.mark.parametrize("wrong", [{"name": ""}, {"count": "10"}, {"size": "x"}, {"members": "x"}])
def test_an_invalid_member_is_named(wrong):
    good = {"name": "A", "size": "small", "count": "2"}

    with pytest.raises(ValidationError) as found:
        read_body(ThingBody, posted(**(good | wrong)))

    assert found.value.errors()[0]["loc"][0] in wrong


class SeatBody(BaseModel):
    extension: Annotated[str, Field(max_length=6), Input("Extension", help="Next: {number}.")] = ""
    queues: Annotated[list[str], Input("Queues")] = Field(default_factory=list)


class PersonBody(BaseModel):
    name: Annotated[str, Field(min_length=1), Input("Name")]
    age: Annotated[int, Field(ge=18, le=99), Input("Age")] = 30
    phones: Annotated[list[str], Input("Phones", "lines")] = Field(default_factory=list)
    word: Annotated[str, Input("Word", "password")] = ""
    size: Annotated[Size, Input("Size", names={"small": "Klein", "large": "Gross"})] = Size.SMALL
    seat: Annotated[SeatBody | None, OptionalPart("sits", "Sits")] = None


def test_a_part_is_a_checkbox_and_the_fields_of_its_body():
    values = {"seat": SeatBody(extension="1001", queues=["a"]), "phones": ["1", "2"]}

    made = {
        one.name: one
        for one in fields_of(PersonBody, READER, values, {"queues": []}, number="1002")
    }

    assert list(made) == ["name", "age", "phones", "word", "size", "sits", "extension", "queues"]
    assert [made[one].value for one in ("sits", "extension", "phones")] == ["on", "1001", "1\n2"]
    assert made["queues"].chosen == ["a"]
    assert made["extension"].help == "Next: 1002."
    assert [(one.key, one.name) for one in made["size"].options] == [
        ("small", "Klein"),
        ("large", "Gross"),
    ]
    assert labels_of(PersonBody)["extension"] == "Extension"


def test_a_part_is_read_while_its_checkbox_is_ticked():
    off = read_body(PersonBody, posted(name="A", age="20", size="small", extension="1001"))
    on = read_body(
        PersonBody, posted(name="A", age="20", size="small", extension="1001", sits="on")
    )

    assert (off.seat, on.seat) == (None, SeatBody(extension="1001"))


def test_lines_are_read_one_by_one_also_with_the_comma_of_a_chinese_keyboard():
    sent = posted(name="A", age="20", size="small", phones="1，2\r\n\r\n 3 ; 4")  # noqa: RUF001

    assert read_body(PersonBody, sent).phones == ["1", "2", "3", "4"]


def test_each_field_says_what_is_wrong_with_it_and_keeps_what_was_typed():
    form = Form("/people", fields_of(PersonBody, READER, {}, {}))
    sent = posted(name="", age="7", word="secret", size="", sits="on", extension="1234567")

    outcome = submit(READER, form, sent, lambda: read_body(PersonBody, sent))

    assert outcome == NotSaved(422)
    assert {one.name: one.error for one in form.fields if one.error} == {
        "name": "Enter the name.",
        "age": "At least 18.",
        "size": "Select the size.",
        "extension": "The extension is too long: at most 6 characters.",
    }
    assert (form.field("age").value, form.field("extension").value) == ("7", "1234567")
    assert form.field("word").value == ""
    assert form.error == ""
