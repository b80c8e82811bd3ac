import hashlib
import re
import tomllib
from pathlib import Path

import pytest

VENDOR = Path(__file__).resolve().parents[2] / "portal" / "static" / "portal" / "vendor"
PACKAGES = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))["package"]
FILES = sorted(path for path in VENDOR.rglob("*") if path.is_file() and path.parent != VENDOR)


def test_vendor_table_names_every_file():
    listed = {VENDOR / pack["folder"] / name for pack in PACKAGES for name in pack["sha256"]}
    assert listed == set(FILES)


@pytest.mark.parametrize("pack", PACKAGES, ids=lambda pack: pack["name"])
def test_vendor_files_have_the_listed_checksums(pack):
    found = {
        name: hashlib.sha256((VENDOR / pack["folder"] / name).read_bytes()).hexdigest()
        for name in pack["sha256"]
    }
    assert found == pack["sha256"]


@pytest.mark.parametrize("pack", PACKAGES, ids=lambda pack: pack["name"])
def test_vendor_folder_carries_its_licence_and_version(pack):
    assert [name for name in pack["sha256"] if re.fullmatch(r"LICENSE(\.md)?", name)]
    assert pack["licence"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", pack["version"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_vendor_file_has_no_source_map(path):
    """Manifest storage would look for the map and stop collectstatic."""
    assert b"sourceMappingURL" not in path.read_bytes()


def test_vendor_styles_refer_only_to_files_that_exist():
    for path in VENDOR.rglob("*.css"):
        for target in re.findall(r"url\(['\"]?(?!data:)([^)'\"]+)", path.read_text("utf-8")):
            assert (path.parent / target).is_file(), (path.name, target)
