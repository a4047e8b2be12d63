"""``yizhan check`` and ``yizhan synth``: the lists that people edit, and a synthetic one."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import console, errors, print_json, print_table

if TYPE_CHECKING:
    from geo.places import Places
    from geo.validation import Catalogue, Finding

_SHOWN_PER_CODE = 20
_SEVERITIES = {"error": "错误 error", "warning": "警告 warning", "info": "提示 info"}


class Format(StrEnum):
    """How findings are printed."""

    TABLE = "table"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(check)
    app.command()(synth)


def check(
    folder: Annotated[
        Path, typer.Argument(help="有 catalog.toml 的文件夹 / folder of catalog.toml")
    ],
    output_format: Annotated[
        Format, typer.Option("--format", help="输出格式 / output")
    ] = Format.TABLE,
) -> None:
    """检查站点名录；有错误时退出码为 1 / Check station lists; exit code 1 on errors."""
    from geo.places import load_places
    from geo.validation import read_catalogue

    with _progress("检查 / checking") as progress:
        catalogue = read_catalogue(folder, load_places(), progress=progress)
    if output_format is Format.JSON:
        print_json(_as_json(catalogue))
    else:
        _print(catalogue)
    raise typer.Exit(code=int(catalogue.has_errors))


def synth(
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            help="写入的 CSV；旁边写 catalog.toml / the CSV to write, with catalog.toml beside it",
        ),
    ],
    stations: Annotated[int, typer.Option(help="站点数 / number of stations", min=1)],
    province: Annotated[
        str | None, typer.Option(help="省份名称或代码 / a province by name or adcode")
    ] = None,
    nation: Annotated[bool, typer.Option("--nation", help="全国 / the whole nation")] = False,
    seed: Annotated[int, typer.Option(help="随机种子 / seed of the random numbers", min=0)] = 1,
) -> None:
    """生成示意站点（非真实）/ Write synthetic stations, labelled as such."""
    from geo.places import load_places
    from geo.synth import write_catalogue

    places = load_places()
    provinces = _provinces(places, province, nation=nation)
    with _progress("生成 / writing") as progress:
        declaration = write_catalogue(
            output, places, provinces=provinces, stations=stations, seed=seed, progress=progress
        )
    console.print(
        f"{stations} 个示意站点（非真实）/ synthetic stations: {output}, {declaration.name}",
        markup=False,
        highlight=False,
    )


def _provinces(places: "Places", province: str | None, *, nation: bool) -> Sequence[str]:
    from geo.errors import InputError

    if nation == (province is not None):
        raise InputError(
            "province",
            zh="请写 --province 或 --nation，二者选一",
            en="give either --province or --nation",
            value=province,
        )
    if province is None:
        return [place.adcode for place in places.provinces]
    return [places.find(province, level="province").adcode]


@contextmanager
def _progress(title: str) -> Iterator[Callable[[float], None]]:
    """A bar on standard error that is told the share done."""
    from rich.progress import Progress

    with Progress(console=errors, transient=True) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda share: bar.update(task, completed=share)


def _as_json(catalogue: "Catalogue") -> dict[str, object]:
    return {
        **_counts(catalogue),
        "findings": [
            {
                "source": finding.source,
                "row": finding.row,
                "field": finding.field,
                "code": finding.code,
                "severity": finding.severity,
                "message": finding.message._asdict(),
                "fix": finding.fix and finding.fix._asdict(),
            }
            for finding in catalogue.findings
        ],
    }


def _counts(catalogue: "Catalogue") -> dict[str, object]:
    stations = catalogue.stations
    return {
        "rows_in": catalogue.rows_in,
        "stations": len(stations),
        "rejected_rows": catalogue.rejected_rows,
        "suspect": sum(station.position_quality == "suspect" for station in stations),
        "synthetic": catalogue.info.synthetic,
    }


def _print(catalogue: "Catalogue") -> None:
    shown = list(_first_of_each_code(catalogue.findings))
    if shown:
        columns = ("程度 severity", "文件 file", "行 row", "字段 field", "问题 finding", "改法 fix")
        print_table("检查结果 / findings", columns, map(_cells, shown))
    hidden = len(catalogue.findings) - len(shown)
    if hidden:
        typer.echo(f"另有同类 {hidden} 条 / {hidden} more of these kinds: --format json")
    rows_in, stations, rejected, suspect, _ = _counts(catalogue).values()
    typer.echo(f"读入 {rows_in} 行 = 站点 {stations} + 拒收 {rejected}；其中位置存疑 {suspect}")
    typer.echo(
        f"rows in {rows_in} = stations {stations} + rejected {rejected}; of these suspect {suspect}"
    )


def _first_of_each_code(findings: Sequence["Finding"]) -> Iterator["Finding"]:
    """At most so many of a code that the table stays readable."""
    seen: Counter[str] = Counter()
    for finding in findings:
        seen[finding.code] += 1
        if seen[finding.code] <= _SHOWN_PER_CODE:
            yield finding


def _cells(finding: "Finding") -> tuple[str, ...]:
    return (
        f"{_SEVERITIES[finding.severity]}\n{finding.code}",
        finding.source,
        "" if finding.row is None else str(finding.row),
        finding.field or "",
        "\n".join(finding.message),
        "\n".join(finding.fix or ()),
    )
