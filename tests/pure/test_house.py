"""The house: every test is run, every data file is loaded, and no area knows another."""

import ast
import re
from pathlib import Path
from xml.etree import ElementTree

ADDON = Path(__file__).parents[2] / "sales_revenue_mgmt"
AREAS = ("target", "pipeline", "channel", "customer", "price", "discount", "promotion", "diversification")
# Models of shared rooms whose name begins like an area's.
SHARED_MODELS = ("revenue.target.credit", "revenue.price.captured")


def names_of(package):
    """What a package's ``__init__`` makes its attributes: names imported from it, and all those of ``from .x import *``."""
    found = {}
    for node in ast.parse((package / "__init__.py").read_text()).body:
        if not isinstance(node, ast.ImportFrom) or node.level != 1:
            continue
        for name in node.names:
            if name.name == "*":
                found |= names_of(package / node.module)
            elif node.module is None:
                file = package / f"{name.name}.py"
                found[name.name] = file if file.exists() else package / name.name
    return found


def test_every_test_is_reached_by_odoos_loader_and_by_pytest():
    """Odoo takes modules named ``test_*`` that are attributes of ``tests``: two of one name hide each other."""
    files = sorted(path for path in (ADDON / "tests").rglob("*.py") if path.name.startswith("test_"))
    assert len(files) > 40
    reached = names_of(ADDON / "tests")
    assert sorted(path for name, path in reached.items() if name.startswith("test_")) == files
    for path in files:
        # Pytest imports a test by the packages that it stands in.
        assert all((ADDON / folder / "__init__.py").exists() for folder in path.relative_to(ADDON).parents), path
        assert re.search(r"^class Test\w+\(|^def test_", path.read_text(), re.M), path


def test_every_data_file_is_in_the_manifest():
    manifest = ast.literal_eval((ADDON / "__manifest__.py").read_text())
    listed = manifest["data"] + manifest["demo"]
    files = sorted(
        str(path.relative_to(ADDON))
        for folder in ("security", "data", "views", "wizard", "report", "demo")
        for path in (ADDON / folder).rglob("*")
        if path.suffix in (".xml", ".csv")
    )
    assert sorted(listed) == files and len(set(listed)) == len(listed)


def test_every_module_is_imported():
    for folder in ("models", "report", "wizard", "controllers"):
        for init in (ADDON / folder).rglob("__init__.py"):
            package, source = init.parent, init.read_text()
            for path in package.iterdir():
                if (
                    path.suffix == ".py"
                    and path.stem != "__init__"
                    and re.search(r"^class \w+\(models\.", path.read_text(), re.M)
                ):
                    assert path.stem in names_of(package), path
                if (path / "__init__.py").exists():
                    assert path.name in names_of(package) or f"from .{path.name} import *" in source, path


def area_of(path):
    """The area that a file belongs to, by its folder or its name; ``None`` for a shared room."""
    parts = path.relative_to(ADDON).parts
    if len(parts) > 2:
        return parts[1] if parts[1] in AREAS else None
    if "credit" in path.stem:
        return None
    found = re.match(r"(?:test_)?revenue_([a-z]+)", path.stem)
    return found[1] if found and found[1] in AREAS else None


def test_no_area_knows_another():
    """Neither by an import nor by a model's name. Shared rooms know none, but for what is listed in DEVELOP."""
    wrong, looked = [], 0
    for path in ADDON.rglob("*.py"):
        area = area_of(path)
        if area is None or path.is_relative_to(ADDON / "tests"):
            continue
        looked += 1
        source = path.read_text()
        for other in AREAS:
            if other == area:
                continue
            named = re.findall(rf"""["'](revenue\.{other}(?:\.[a-z.]+)?)["']""", source)
            wrong += [f"{path.relative_to(ADDON)}: {name}" for name in named if not name.startswith(SHARED_MODELS)]
            for node in ast.walk(ast.parse(source)):
                module = getattr(node, "module", None) if isinstance(node, ast.ImportFrom) else None
                if module and re.search(rf"(^|\.)(revenue_)?{other}(_|\.|$)", module) and "credit" not in module:
                    wrong.append(f"{path.relative_to(ADDON)}: {module}")
    assert looked > 20 and wrong == []


def test_numbers_know_no_documents():
    """``report`` and ``analytics`` import nothing of ``models``, which stand on them."""
    looked = 0
    for folder in ("report", "analytics"):
        for path in (ADDON / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom) and node.level:
                    looked += 1
                    imported = {*(node.module or "").split("."), *(name.name for name in node.names)}
                    assert not imported & {"models", "wizard", "controllers"}, path
    assert looked > 50


def test_the_menus_stand_in_the_order_that_core_says():
    order = (ADDON / "views/core/revenue_menus.xml").read_text()
    said = {name: int(number) for name, number in re.findall(r"\b([a-z]+) (\d+)[,.]", order.split("-->")[0])}
    assert set(AREAS) < set(said)
    found = {}
    for path in (ADDON / "views").rglob("*_menus.xml"):
        root = ElementTree.parse(path).getroot()
        for menu in root.iter("menuitem"):
            name = re.fullmatch(r"revenue_(?:menu_)?([a-z]+)(?:_menu)?", menu.get("id"))
            if name and menu.get("sequence") and name[1] != "root":
                found[name[1]] = int(menu.get("sequence"))
    assert len(found) > 4 and found == {name: said[name] for name in found}
