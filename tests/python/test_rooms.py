"""How the Python code is laid out: small files, and rooms that depend on each other in one direction."""

import ast
import graphlib
import re
from collections.abc import Iterable
from pathlib import Path

from cmr import project

SCRIPTS = project.root() / "scripts"
MOST_LINES = 300
MOST_LINES_OF_SQL = 10
# How the head of a longer file begins to say why it is long.
REASON = "The module is long because"


def modules() -> dict[str, Path]:
    """The files of the package by dotted name."""
    names = {}
    for path in sorted((SCRIPTS / "cmr").rglob("*.py")):
        parts = path.relative_to(SCRIPTS).with_suffix("").parts
        names[".".join(parts).removesuffix(".__init__")] = path
    return names


def imported(source: str, known: Iterable[str]) -> set[str]:
    """Which of the known modules a source imports, anywhere in it: inside functions and for type checkers too."""
    known = set(known)
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                module = f"{node.module}.{name.name}"
                found.add(module if module in known else node.module)
    return found & known


def circle(imports: dict[str, set[str]]) -> list[str]:
    """Names that depend on each other in a circle; none if there is no circle."""
    try:
        graphlib.TopologicalSorter(imports).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def room(module: str) -> str:
    """The folder of the package that a module is in; the module itself beside the folders."""
    return ".".join(module.split(".")[:2])


def imports() -> dict[str, set[str]]:
    known = modules()
    return {name: imported(path.read_text(encoding="utf-8"), known) - {name} for name, path in known.items()}


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert circle(imports()) == []


def test_no_room_depends_on_itself_by_way_of_others() -> None:
    rooms: dict[str, set[str]] = {}
    for name, others in imports().items():
        if name != "cmr":  # the version alone
            rooms.setdefault(room(name), set()).update({room(other) for other in others} - {room(name)})
    assert circle(rooms) == []


def test_a_circle_is_found_also_where_an_import_is_inside_a_function() -> None:
    known = ["cmr.a", "cmr.b", "cmr.c.d"]
    sources = {
        "cmr.a": "def f():\n    from cmr import b\n",
        "cmr.b": "from cmr.c.d import x",
        "cmr.c.d": "import cmr.a",
    }
    graph = {name: imported(source, known) for name, source in sources.items()}
    assert graph == {"cmr.a": {"cmr.b"}, "cmr.b": {"cmr.c.d"}, "cmr.c.d": {"cmr.a"}}
    assert set(circle(graph)) == set(known)
    assert circle(graph | {"cmr.c.d": set()}) == []


def too_long(source: str) -> bool:
    """Whether a file has more lines than fit in a head, and does not say why."""
    head = " ".join((ast.get_docstring(ast.parse(source)) or "").split())
    return len(source.splitlines()) > MOST_LINES and REASON not in head


def test_no_file_is_long_without_a_reason() -> None:
    files = SCRIPTS.rglob("*.py")
    assert [path.name for path in files if too_long(path.read_text(encoding="utf-8"))] == []


def test_a_long_file_is_found() -> None:
    long = "pass\n" * (MOST_LINES + 1)
    assert too_long(long) and too_long(f'"""What it does."""\n{long}')
    assert not too_long(f'"""What it does.\n\n{REASON} ... """\n{long}') and not too_long("pass\n")


def test_what_a_command_asks_prints_nothing() -> None:
    """`ask` is what a page calls: it shows nothing on stdout. What a user must know meanwhile goes to stderr."""
    asking = 0
    for path in sorted((SCRIPTS / "cmr" / "commands").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name == "ask":
                asking += 1
                assert node.returns is not None and ast.unparse(node.returns) not in ("None", "int"), path
                called = {ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}
                assert called.isdisjoint({"print", "show", "show_json", "Console"}), path
    assert asking > 5


def long_sql(source: str) -> list[int]:
    """The lines at which a text with a query of more lines than that begins."""
    return sorted(
        {
            node.lineno
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Constant | ast.JoinedStr)
            and (node.end_lineno or node.lineno) - node.lineno >= MOST_LINES_OF_SQL
            and re.search(r"\bselect\b.*\bfrom\b", ast.get_source_segment(source, node) or "", re.DOTALL)
        }
    )


def test_a_long_query_is_a_file() -> None:
    files = {path.name: long_sql(path.read_text(encoding="utf-8")) for path in SCRIPTS.rglob("*.py")}
    assert {name: lines for name, lines in files.items() if lines} == {}


def test_a_long_query_in_a_text_is_found() -> None:
    query = "\n".join(["select", *["    a,"] * MOST_LINES_OF_SQL, "from b"])
    assert long_sql(f'text = """{query}"""') == long_sql(f'text = f"""{{x}} {query}"""') == [1]
    assert long_sql('text = "select a from b"') == []


def test_every_query_is_asked_by_its_name() -> None:
    folder = SCRIPTS / "cmr" / "queries"
    names = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.sql")}
    code = "".join(path.read_text(encoding="utf-8") for path in (SCRIPTS / "cmr").rglob("*.py"))
    asked = set(re.findall(r'sql\.query\(f?"([\w/{}]+)"', code))
    papers = {name for name in names if name.startswith("papers/")}
    assert asked - {"papers/{query}"} == names - papers
    assert all(f'"{name.removeprefix("papers/")}"' in code for name in papers)
