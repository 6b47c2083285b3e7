"""ETags: the tag of a version, and when an older version may not be overwritten."""

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient
from pydantic import BaseModel

from web.kit.etag import ChangedError, check_match, etag_of, not_modified, show_tag
from web.kit.problems import install_problems


class Shape(BaseModel):
    name: str = "王小明"
    number: int = 1


def request(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "headers": raw})


def test_a_tag_is_strong_and_the_same_for_the_same_members() -> None:
    assert etag_of(Shape()) == etag_of({"number": 1, "name": "王小明"})
    assert etag_of(Shape()) != etag_of(Shape(number=2))
    assert etag_of(Shape()).startswith('"')


def test_without_if_match_any_version_may_be_written() -> None:
    check_match(request(), etag_of(Shape()))
    check_match(request(if_match="*"), etag_of(Shape()))


def test_the_version_that_was_read_may_be_written_over() -> None:
    check_match(request(if_match=f'"other", {etag_of(Shape())}'), etag_of(Shape()))


@pytest.mark.parametrize("given", ["W/{}", 'W/"other", W/{}', '"other",W/{}'])
def test_the_weak_tag_that_compression_makes_names_the_version_that_was_read(given: str) -> None:
    check_match(request(if_match=given.format(etag_of(Shape()))), etag_of(Shape()))


@pytest.mark.parametrize(
    "given", ['"other"', "", "rubbish", 'W/"other"', "W/" + etag_of(Shape())[1:]]
)
def test_another_version_may_not(given: str) -> None:
    with pytest.raises(ChangedError):
        check_match(request(if_match=given), etag_of(Shape()))


def test_a_client_with_the_present_version_need_not_read_it_again() -> None:
    etag = etag_of(Shape())

    assert not_modified(request(if_none_match="W/" + etag), etag)
    assert not not_modified(request(if_none_match='"other"'), etag)
    assert not not_modified(request(), etag)


def test_an_answer_carries_its_tag_and_then_says_that_nothing_changed() -> None:
    app = FastAPI()
    install_problems(app)

    @app.get("/thing")
    def read(request: Request, response: Response) -> Shape:
        show_tag(request, response, Shape())
        return Shape()

    client = TestClient(app)
    first = client.get("/thing")
    second = client.get("/thing", headers={"If-None-Match": first.headers["etag"]})

    assert (first.status_code, first.headers["etag"]) == (200, etag_of(Shape()))
    assert (second.status_code, second.content) == (304, b"")
