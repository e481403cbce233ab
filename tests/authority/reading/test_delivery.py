"""What is taken out of a folder or a ZIP, in which order, and what is left."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from civium.authority.reading.delivery import LARGEST_RATIO, TABLE, XML, Delivery, delivered
from civium.errors import Refused
from tests.authority.reading.made import plant


def _names(*paths: Path) -> tuple[Delivery, list[str]]:
    with delivered(paths) as delivery:
        return delivery, [str(source.path) for source in delivery.sources]


def _refused(*paths: Path) -> Refused:
    with pytest.raises(Refused) as caught:
        _read_all(paths)
    return caught.value


def _read_all(paths: tuple[Path, ...]) -> None:
    with delivered(paths) as delivery:
        for source in delivery.sources:
            with source.open() as stream:
                while stream.read(65536):
                    pass


def _zip(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return path


def test_a_tree_is_read_in_its_order_and_what_is_no_xml_is_left_out(tmp_path: Path) -> None:
    tree = plant(
        tmp_path / "export",
        {
            "2014-05-01_10-00-00/es/ca/0001_es_ca.xml": "x",
            "2014-05-01_10-00-00/es/es/0002_es_es.xml": "x",
            "2014-05-01_10-00-00/es/es/0001_es_es.xml": "x",
            "2014-05-01_10-00-00/es/es/._0001_es_es.xml": "x",
            "__MACOSX/es/0001_es_es.xml": "x",
            "2014-05-01_10-00-00/es/es/0001_es_es_annexRevision2_dec_es.pdf": "x",
            "readme.txt": "x",
        },
    )
    (tree / "evil.xml").symlink_to("/etc/passwd")
    delivery, names = _names(tree)
    assert names == [
        f"export/2014-05-01_10-00-00/es/{name}" for name in ("ca/0001_es_ca.xml", "es/0001_es_es.xml", "es/0002_es_es.xml")
    ]
    assert (delivery.kind, delivery.left_out, delivery.gaps) == (XML, 5, 0)


def test_what_the_organisers_tool_wrote_is_read_without_what_it_read(tmp_path: Path) -> None:
    tree = plant(
        tmp_path, {f"{root}/es/es/000{n}_es_es{end}.xml": "x" for root, end in (("in", ""), ("out", "_dec")) for n in (1, 2)}
    )
    delivery, names = _names(tree)
    assert names == [f"{tmp_path.name}/out/es/es/000{n}_es_es_dec.xml" for n in (1, 2)]
    assert delivery.left_out == 2
    (tree / "out/es/es/0002_es_es_dec.xml").rename(tree / "out/es/es/0002_es_es_dec (2).xml")
    assert len(_names(tree)[1]) == 2
    (tree / "out/es/es/0002_es_es_dec (2).xml").unlink()
    assert len(_names(tree)[1]) == 3


def test_a_missing_number_is_a_gap_and_the_second_copy_is_none(tmp_path: Path) -> None:
    plant(tmp_path, {f"es/es/{name}.xml": "x" for name in ("0001_es_es", "0001_es_es (2)", "0004_es_es", "0002_ES_es")})
    assert _names(tmp_path)[0].gaps == 1
    assert _names(tmp_path / "es/es/0004_es_es.xml")[0].gaps == 3


def test_a_zip_is_read_in_place_whatever_its_paths_say(tmp_path: Path) -> None:
    path = _zip(
        tmp_path / "x.zip", {"../../../evil/0001_es_es.xml": b"<a/>", "/abs/b.xml": b"<b/>", "es\\c.XML": b"<c/>", "x.pdf": b""}
    )
    with delivered((path,)) as delivery:
        found = {str(source.path): source.open().read() for source in delivery.sources}
    assert found == {"x.zip/../../../evil/0001_es_es.xml": b"<a/>", "x.zip/abs/b.xml": b"<b/>", "x.zip/es/c.XML": b"<c/>"}
    assert delivery.left_out == 1
    assert list(tmp_path.iterdir()) == [path]


def test_a_bomb_is_refused_by_its_size_before_it_is_read(tmp_path: Path) -> None:
    path = _zip(tmp_path / "x.zip", {"a.xml": bytes(8_000_000)})
    assert LARGEST_RATIO * path.stat().st_size + (1 << 20) < 8_000_000
    assert _refused(path).code == "reading-zip-large"


def test_a_zip_that_is_locked_cut_or_changed_is_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "x.zip", {"a.xml": b"<supportForm/>" * 40}, zipfile.ZIP_STORED)
    raw = path.read_bytes()
    path.write_bytes(raw[:-10])
    assert _refused(path).code == "reading-zip"
    path.write_bytes(raw.replace(b"<supportForm/>", b"<supportFrom/>", 1))
    assert _refused(path).code == "reading-zip"
    locked = bytearray(raw)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[raw.index(mark) + at] |= 1
    path.write_bytes(bytes(locked))
    assert _refused(path).code == "reading-zip-locked"


def test_tables_and_xml_are_not_mixed_and_nothing_is_not_read(tmp_path: Path) -> None:
    plant(tmp_path, {"t/a.csv": "x", "t/b.xml": "x", "n/a.pdf": "x", "c/a.csv": "x"})
    assert _refused(tmp_path / "t").code == "reading-two-layouts"
    assert _refused(tmp_path / "n").code == "reading-nothing"
    assert _names(tmp_path / "c")[0].kind == TABLE
    with pytest.raises(FileNotFoundError):
        _names(tmp_path / "nowhere")


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_zip_packed_in_a_way_that_takes_memory_as_it_likes_is_refused(tmp_path: Path, packing: int) -> None:
    assert _refused(_zip(tmp_path / "a.zip", {"es.xml": b"x"}, packing)).code == "reading-zip"


def test_a_zip_whose_list_is_damaged_gives_a_sentence(tmp_path: Path) -> None:
    whole = _zip(tmp_path / "whole.zip", {"\u00e9.xml": b"x"}).read_bytes()
    end = whole.rfind(b"PK\x05\x06")
    listed = whole.rfind(b"PK\x01\x02")
    damaged = (
        whole.replace("\u00e9".encode(), b"\xff\xfe"),  # a name in no encoding
        whole[: end + 16] + b"\xff\xff\xff\x7f" + whole[end + 20 :],  # a list that begins before the file
        whole[: listed + 28] + b"\x00\x00" + whole[listed + 30 :],  # a name that is empty
        whole[: listed + 42] + b"\xfe\xff\xff\xff" + whole[listed + 46 :],  # a member beyond the end
    )
    for number, raw in enumerate(damaged):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(raw)
        assert _refused(path).code == "reading-zip"


def test_a_folder_that_is_a_link_is_told_of(tmp_path: Path) -> None:
    plant(tmp_path / "elsewhere", {"0002_es_es.xml": "x"})
    tree = plant(tmp_path / "export", {"0001_es_es.xml": "x"})
    (tree / "es").symlink_to(tmp_path / "elsewhere")
    delivery, names = _names(tree)
    assert (names, delivery.left_out) == (["export/0001_es_es.xml"], 1)
