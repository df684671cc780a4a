"""YAML files say what people mean, and errors name the line."""

import pytest

from sandbox.kernel.documents import DocumentMalformed, line_of, load


def a_file(tmp_path, text):
    path = tmp_path / "bank.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_norway_is_not_false(tmp_path):
    found = load(a_file(tmp_path, "country: NO\nopen: 12:30\nversion: 1.3.11\nday: 2026-01-01\non: yes\n"))

    assert found == {"country": "NO", "open": "12:30", "version": "1.3.11", "day": "2026-01-01", "on": "yes"}


def test_numbers_truth_and_nothing_keep_their_kind(tmp_path):
    assert load(a_file(tmp_path, "a: 1\nb: 1.5\nc: true\nd: null\ne: [1, x]\nf: 007\n")) == {
        "a": 1, "b": 1.5, "c": True, "d": None, "e": [1, "x"], "f": "007",
    }  # fmt: skip


def test_a_key_stands_once(tmp_path):
    with pytest.raises(DocumentMalformed, match=r"line 3: the key 'id'"):
        load(a_file(tmp_path, "id: a\nname: b\nid: c\n"))


def test_a_broken_file_names_its_line(tmp_path):
    with pytest.raises(DocumentMalformed, match="line 3"):
        load(a_file(tmp_path, "a: 1\nb: [1, 2\nc: 3\n"))


def test_a_value_knows_its_line(tmp_path):
    found = load(a_file(tmp_path, "a: 1\nb:\n  c:\n    - d: 1\n"))

    assert line_of(found, "b", "c") == 3
    assert line_of(found, "b", "c", 0, "d") == 4
    assert line_of(found, "b", "missing") == 2
