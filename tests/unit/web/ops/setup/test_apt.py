"""The two formats of a machine's package sources."""

from web.ops.setup.apt import AptSource, deb822_sources, one_line_source


def test_a_line_with_options_is_read():
    line = "deb [arch=amd64 signed-by=/k.gpg] http://m.example/debian trixie main contrib # ours"

    assert one_line_source(line) == [
        AptSource("http://m.example/debian", "trixie", "main contrib", "/k.gpg")
    ]


def test_sources_of_source_code_are_not_read():
    assert one_line_source("deb-src http://m.example/debian trixie main") == []


def test_a_stanza_gives_each_suite_of_each_address():
    text = "# ours\nTypes: deb\nURIs: http://a http://b\nSuites: x y\nComponents: main\n"

    assert [(s.uri, s.suite) for s in deb822_sources(text)] == [
        ("http://a", "x"),
        ("http://a", "y"),
        ("http://b", "x"),
        ("http://b", "y"),
    ]


def test_keys_within_a_stanza_are_kept():
    text = "Types: deb\nURIs: http://a\nSuites: x\nSigned-By:\n -----BEGIN\n .\n abc\n"

    assert deb822_sources(text)[0].signed_by == "\n -----BEGIN\n .\n abc"


def test_a_disabled_stanza_is_not_read():
    assert deb822_sources("Types: deb\nURIs: http://a\nSuites: x\nEnabled: no\n") == []
