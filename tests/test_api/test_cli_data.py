"""``yizhan check`` and ``yizhan synth`` as people call them."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from api.cli import data
from geo.errors import CatalogError, InputError

FAULTS = Path(__file__).parents[1] / "fixtures" / "catalogues" / "faults"


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    app = typer.Typer()
    data.register(app)
    return app


def run(app: typer.Typer, *arguments: str | Path) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, [str(a) for a in arguments])


def test_shipped_lists_pass(app: typer.Typer, root: Path) -> None:
    result = run(app, "check", root / "data" / "stations")
    assert result.exit_code == 0
    assert "读入 82 行 = 站点 82 + 拒收 0；其中位置存疑 3" in result.stdout
    assert "rows in 82 = stations 82 + rejected 0; of these suspect 3" in result.stdout
    assert "far_from_district" in result.stdout


def test_faults_fail_with_a_table(app: typer.Typer) -> None:
    result = run(app, "check", FAULTS)
    assert result.exit_code == 1
    assert "错误 error" in result.stdout
    assert "unknown_kind" in result.stdout
    assert "rows in 35 = stations 17 + rejected 18; of these suspect 3" in result.stdout


def test_faults_fail_as_json(app: typer.Typer) -> None:
    result = run(app, "check", FAULTS, "--format", "json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert (report["rows_in"], report["stations"], report["rejected_rows"]) == (35, 17, 18)
    assert (report["suspect"], report["synthetic"]) == (3, False)
    swapped = next(f for f in report["findings"] if f["code"] == "swapped")
    assert (swapped["source"], swapped["row"], swapped["severity"]) == ("faults.csv", 14, "error")
    assert swapped["message"].keys() == swapped["fix"].keys() == {"zh", "en"}


def test_many_findings_of_a_kind_are_cut_short_in_the_table_only(
    app: typer.Typer, tmp_path: Path
) -> None:
    rows = "".join(f"410102-{n},名,茶馆,410102,113.6,34.7\n" for n in range(50))
    (tmp_path / "a.csv").write_text("id,name,kind,district,lon,lat\n" + rows, encoding="utf-8")
    (tmp_path / "catalog.toml").write_text(
        'provinces = ["410000"]\n[[file]]\npath = "a.csv"\narea = "410100"\n'
        'content = "stations"\nsource = "x"\nlicence = "x"\n'
    )
    table = run(app, "check", tmp_path)
    assert table.stdout.count("unknown_kind") == 20
    assert "30 more" in table.stdout
    report = json.loads(run(app, "check", tmp_path, "--format", "json").stdout)
    assert len(report["findings"]) == 50


def test_markup_and_control_characters_of_a_list_stay_text(
    app: typer.Typer, tmp_path: Path
) -> None:
    kind = "[red]茶\x1b[31m馆[/red]"
    (tmp_path / "a.csv").write_text(
        f"id,name,kind,district,lon,lat\n410102-1,名,{kind},410102,113.6,34.7\n", encoding="utf-8"
    )
    (tmp_path / "catalog.toml").write_text(
        'provinces = ["410000"]\n[[file]]\npath = "a.csv"\narea = "410100"\n'
        'content = "stations"\nsource = "x"\nlicence = "x"\n'
    )
    result = run(app, "check", tmp_path)
    assert "[red]" in result.stdout
    assert "\x1b[31m馆" not in result.stdout


def test_folder_without_catalog_is_one_clear_error(app: typer.Typer, tmp_path: Path) -> None:
    assert isinstance(run(app, "check", tmp_path).exception, CatalogError)


def test_synthetic_province_passes_the_check(app: typer.Typer, tmp_path: Path) -> None:
    path = tmp_path / "demo" / "henan.csv"
    written = run(
        app, "synth", "--province", "河南", "--stations", "500", "--seed", "1", "-o", path
    )
    assert written.exit_code == 0, written.output
    assert "非真实" in written.stdout
    report = json.loads(run(app, "check", path.parent, "--format", "json").stdout)
    assert report["synthetic"] is True
    assert (report["stations"], report["findings"]) == (500, [])


def test_synthetic_nation_spans_the_provinces(app: typer.Typer, tmp_path: Path) -> None:
    path = tmp_path / "nation.csv"
    assert run(app, "synth", "--nation", "--stations", "400", "-o", path).exit_code == 0
    provinces = {line[:2] for line in path.read_text(encoding="utf-8").splitlines()[1:]}
    assert len(provinces) == 31


@pytest.mark.parametrize("where", [[], ["--nation", "--province", "410000"]])
def test_province_and_nation_are_a_choice(
    app: typer.Typer, tmp_path: Path, where: list[str]
) -> None:
    result = run(app, "synth", *where, "--stations", "5", "-o", tmp_path / "s.csv")
    assert isinstance(result.exception, InputError)
    assert not any(tmp_path.iterdir())
