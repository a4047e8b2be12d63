"""What the documents say is so: tables, commands, pictures."""

import re

import pytest
import typer

from geo.validation import rules

SEVERITIES = {"zh": {"error": "错误", "warning": "警告", "info": "提示"}}
EFFECTS = {
    "zh": {
        "file_not_read": "整个文件不采用",
        "row_rejected": "该行拒收",
        "row_pending": "待定位",
        "row_kept": "保留",
    },
    "en": {
        "file_not_read": "file not read",
        "row_rejected": "row rejected",
        "row_pending": "row waits",
        "row_kept": "row kept",
    },
}
HEADS = {
    "zh": "| 代码 | 程度 | 问题 | 处理 |",
    "en": "| code | severity | finding | effect |",
}


def findings_table(lang: str) -> str:
    """The table of severities as it must stand in a README."""
    rows = [HEADS[lang], "| --- | --- | --- | --- |"]
    for code, rule in rules().items():
        severity = SEVERITIES.get(lang, {}).get(rule.severity, rule.severity)
        effect = EFFECTS[lang].get(rule.effect, rule.effect)
        rows.append(f"| `{code}` | {severity} | {rule.title.get(lang)} | {effect} |")
    return "\n".join(rows)


@pytest.mark.parametrize(("name", "lang"), [("README.md", "en"), ("README.zh-CN.md", "zh")])
def test_the_table_of_findings_is_the_one_in_force(root, name, lang):
    text = (root / name).read_text(encoding="utf-8")
    table = re.search(r"<!-- findings -->\n(.*?)\n<!-- /findings -->", text, re.DOTALL)
    assert table
    assert table[1] == findings_table(lang)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md"])
def test_pictures_and_links_exist(root, name):
    text = (root / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (root / target).is_file(), target


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_readme_names_every_command_and_no_other(root, name):
    from api.cli import app

    text = (root / name).read_text(encoding="utf-8")
    named = set(re.findall(r"^yizhan ([\w-]+)", text, flags=re.MULTILINE))
    assert named == set(typer.main.get_command(app).commands)


def test_every_example_call_of_the_readme_answers(root, shipped_server):
    text = (root / "README.md").read_text(encoding="utf-8")
    paths = re.findall(r"127\.0\.0\.1:8000(/[^']+)'", text)
    assert len(paths) == 9
    for path in paths:
        assert shipped_server.get(path).status_code == 200, path


def test_every_setting_is_documented(root):
    from api.settings import Settings

    names = {f"YIZHAN_{name.upper()}" for name in Settings.model_fields} - {"YIZHAN_DEMO"}
    for name in ("README.md", "README.zh-CN.md"):
        text = (root / name).read_text(encoding="utf-8")
        assert {setting for setting in names if setting not in text} == set()
