"""Static files: collected when they changed, and modules that import each other by hashed names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from config.stack.prepare import collect_static

OWN = ("study/", "pipeline/")
PLAIN_IMPORT = re.compile(r"""(?:from|import)\s*\(?["'](\.{1,2}/[^"']+)["']""")
HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")


@pytest.fixture
def static_root(tmp_path: Path) -> Iterator[Path]:
    root = tmp_path / "static"
    storages = {"staticfiles": {"BACKEND": "config.static.HashedStaticFilesStorage"}}
    with override_settings(STATIC_ROOT=root, STORAGES=storages):
        yield root


def only_own_files(directory: Path) -> override_settings:
    """Leave the admin's hundred files out."""
    return override_settings(STATICFILES_DIRS=[directory], INSTALLED_APPS=["django.contrib.staticfiles"])


def own_module(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / "app" / "study" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_files_are_collected_once_and_again_when_one_of_them_changes(
    tmp_path: Path, static_root: Path
) -> None:
    with only_own_files(tmp_path / "app"):
        own_module(tmp_path, "clock.js", "export const frame = 16;")
        assert [collect_static(static_root), collect_static(static_root)] == [True, False]
        own_module(tmp_path, "clock.js", "export const frame = 8; // faster")
        assert collect_static(static_root)
    assert "faster" in (static_root / "study" / "clock.js").read_text()


def test_a_module_imports_its_neighbour_by_the_hashed_name(tmp_path: Path, static_root: Path) -> None:
    own_module(tmp_path, "clock.js", "export const frame = 16;")
    own_module(tmp_path, "player.js", 'import { frame } from "./clock.js";\nconsole.log(frame);')
    with only_own_files(tmp_path / "app"):
        collect_static(static_root)
    names = json.loads((static_root / "staticfiles.json").read_text())["paths"]
    player = (static_root / names["study/player.js"]).read_text()
    assert f'from "./{Path(names["study/clock.js"]).name}"' in player


@pytest.mark.thorough
def test_every_static_file_of_the_site_can_be_collected_with_no_unhashed_import_left(
    static_root: Path,
) -> None:
    collect_static(static_root)
    names = json.loads((static_root / "staticfiles.json").read_text())["paths"]
    own = [hashed for name, hashed in names.items() if name.startswith(OWN) and name.endswith(".js")]
    plain = [
        (script, imported)
        for script in own
        for imported in PLAIN_IMPORT.findall((static_root / script).read_text())
        if not HASHED.search(imported)
    ]
    assert plain == []
    assert "admin/css/base.css" in names
