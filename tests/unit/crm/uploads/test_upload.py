"""What a file is, told from its first bytes."""

import pytest

from crm.uploads.upload import Content, content_of


@pytest.mark.parametrize(
    ("head", "content"),
    [
        (b"name,phone\n", Content.TEXT),
        ("姓名,电话\n".encode("gb18030"), Content.TEXT),
        ("姓名,电话\n".encode("utf-16"), Content.TEXT),
        ("name,phone\n".encode("utf-16-le"), Content.TEXT),
        ("name,phone\n".encode("utf-16-be"), Content.TEXT),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Content.XLS),
        (b"%PDF-1.7", Content.PDF),
        (b"\x89PNG\r\n\x1a\n", Content.PNG),
        (b"RIFF\x00\x00\x00\x00WAVE", Content.WAV),
        (b"RIFF\x00\x00\x00\x00AVI ", Content.OTHER),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00", Content.OTHER),
        (b"PK\x03\x04", Content.ZIP),
    ],
)
def test_a_file_is_known_by_its_beginning(head: bytes, content: Content) -> None:
    assert content_of(head) is content


def test_a_zip_file_with_a_workbook_inside_is_a_workbook() -> None:
    assert content_of(b"PK\x03\x04", ["[Content_Types].xml", "xl/workbook.xml"]) is Content.XLSX
    assert content_of(b"PK\x03\x04", ["word/document.xml"]) is Content.ZIP
