"""The readers: catalog.toml, CSV records, and the digest of the sources."""

from datetime import date
from pathlib import Path

import pytest

from geo.errors import CatalogError, MixedDataError
from geo.sources.catalog import read_catalog, sources_digest
from geo.sources.csv_rows import read_csv
from geo.text import Text
from geo.zones import zones

ENTRY = """
[[file]]
path = "{path}"
area = "410100"
content = "stations"
datum = "gcj02"
source = "tests"
licence = "CC0-1.0"
"""
CATALOG = 'provinces = ["410000"]\n' + ENTRY.format(path="a.csv")


def write(folder: Path, text: str) -> Path:
    (folder / "catalog.toml").write_text(text, encoding="utf-8")
    return folder


def test_declaration_is_read_whole(tmp_path: Path) -> None:
    extra = """collected_on = 2026-11-23
note = { zh = "说明", en = "a note" }
[file.completeness]
published = 639
as_of = "2026-07"
source = "union"
note = { zh = "另", en = "other" }
"""
    catalog = read_catalog(write(tmp_path, CATALOG + extra))
    (declaration,) = catalog.declarations
    assert catalog.provinces == ("410000",)
    assert not catalog.synthetic
    assert (declaration.path, declaration.area, declaration.content) == (
        "a.csv",
        "410100",
        "stations",
    )
    assert (declaration.datum, declaration.collected_on) == ("gcj02", date(2026, 11, 23))
    assert declaration.note == Text("说明", "a note")
    assert declaration.completeness is not None
    assert declaration.completeness.published == 639
    assert declaration.completeness.as_of == "2026-07"
    assert declaration.completeness.note == Text("另", "other")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("provinces =", "province =", "provinces"),
        ('["410000"]', '["41"]', "provinces"),
        ('["410000"]', "[]", "provinces"),
        ('area = "410100"', "area = 410100", "area"),
        ('area = "410100"', "", "area"),
        ('content = "stations"', 'content = "shops"', "stations, markets"),
        ('datum = "gcj02"', 'datum = "GCJ"', "wgs84, gcj02, bd09"),
        ('datum = "gcj02"', 'datums = "gcj02"', "datums"),
        ('source = "tests"', 'source = " "', "source"),
        ('path = "a.csv"', 'path = "../a.csv"', "path"),
        ('path = "a.csv"', 'path = "/etc/a.csv"', "path"),
        ('licence = "CC0-1.0"', "licence = 2026-01-01", "licence"),
        ('licence = "CC0-1.0"', 'licence = "x"\ncollected_on = "soon"', "collected_on"),
        ('licence = "CC0-1.0"', 'licence = "x"\nsynthetic = "no"', "synthetic"),
        ('licence = "CC0-1.0"', 'licence = "x"\ncompleteness = { published = -1 }', "published"),
        (
            'licence = "CC0-1.0"',
            'licence = "x"\ncompleteness = { published = 1, as_of = "July", source = "x" }',
            "as_of",
        ),
        ("[[file]]", "[[files]]", "file"),
        ("[[file]]", "[[file", "catalog.toml"),
    ],
)
def test_errors_name_the_key_in_both_languages(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    assert old in CATALOG
    with pytest.raises(CatalogError) as caught:
        read_catalog(write(tmp_path, CATALOG.replace(old, new, 1)))
    assert named in caught.value.text.en
    assert "catalog.toml" in caught.value.text.zh


def test_folder_without_catalog_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"no catalog\.toml"):
        read_catalog(tmp_path)


def test_file_cannot_be_declared_twice(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"a\.csv twice"):
        read_catalog(write(tmp_path, CATALOG + ENTRY.format(path="./a.csv")))


def test_real_and_synthetic_files_never_share_a_catalogue(tmp_path: Path) -> None:
    both = CATALOG + ENTRY.format(path="b.csv") + "synthetic = true\n"
    with pytest.raises(MixedDataError):
        read_catalog(write(tmp_path, both))


def test_undeclared_files_are_found(tmp_path: Path) -> None:
    write(tmp_path, CATALOG)
    for name in ("a.csv", "b.csv", "C.CSV", "notes.txt"):
        (tmp_path / name).touch()
    assert read_catalog(tmp_path).undeclared_files() == ("C.CSV", "b.csv")


def rows_of(tmp_path: Path, content: bytes) -> tuple[tuple[str, ...], list[tuple[int, object]]]:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    file = read_csv(path)
    assert file.undecodable_line is None
    return file.header, [tuple(row) for row in file.rows]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_spreadsheet_dialect_gives_the_same_rows(
    tmp_path: Path, line_end: str, mark: str
) -> None:
    text = mark + line_end.join(['id, name ,"a,b"', "1,站,x", "", ",,", '2,"甲""乙",y'])
    assert rows_of(tmp_path, text.encode()) == (
        ("id", "name", "a,b"),
        [(2, ["1", "站", "x"]), (5, ["2", '甲"乙', "y"])],
    )


def test_damaged_rows_are_rows_and_the_next_ones_are_read(tmp_path: Path) -> None:
    text = 'id,name\n1,"a"b\n2,c\n3,"no end\n4,d\n5,e\n'
    assert rows_of(tmp_path, text.encode()) == (
        ("id", "name"),
        [(2, None), (3, ["2", "c"]), (4, None), (5, None), (6, None)],
    )


def test_line_breaks_in_quotes_do_not_shift_row_numbers(tmp_path: Path) -> None:
    assert rows_of(tmp_path, b'id\n"a\nb"\nc\n')[1] == [(2, ["a\nb"]), (3, ["c"])]


def test_other_encodings_are_told_and_their_rows_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("id,name\n1,ascii\n2,户外劳动者驿站\n3,中\n".encode("gb18030"))
    file = read_csv(path)
    assert file.undecodable_line == 3
    assert len(list(file.rows)) == 3


def test_empty_file_has_no_header(tmp_path: Path) -> None:
    assert rows_of(tmp_path, b"") == ((), [])


def test_digest_follows_every_declared_byte_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, CATALOG)
    seen = {sources_digest(tmp_path)}
    (tmp_path / "a.csv").write_text("id\n")
    seen.add(sources_digest(tmp_path))
    (tmp_path / "a.csv").write_text("id\n1\n")
    seen.add(sources_digest(tmp_path))
    write(tmp_path, CATALOG + "# a remark\n")
    latest = sources_digest(tmp_path)
    seen.add(latest)
    assert len(seen) == 4
    assert all(len(digest) == 64 for digest in seen)
    (tmp_path / "undeclared.csv").write_text("id\n")
    assert sources_digest(tmp_path) == latest


def test_zones_are_found_as_people_write_them() -> None:
    for written in ("高新区", "郑州高新区", "郑州高新技术产业开发区"):
        zone = zones().find("410100", written)
        assert zone is not None
        assert zone.districts == ("410102",)
    assert zones().find("410100", "光谷") is None
    luoyang = zones().find("410300", "高新区")
    assert luoyang is not None
    assert luoyang.districts[0] == "410305"


def test_no_way_to_write_a_zone_is_ambiguous_and_every_one_has_a_source() -> None:
    written = [(zone.city, name) for zone in zones().all for name in (zone.name, *zone.names)]
    assert len(written) == len(set(written))
    assert all(zone.districts and zone.source for zone in zones().all)
