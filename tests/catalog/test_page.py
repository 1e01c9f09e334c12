import shutil
from pathlib import Path
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from envfactory.catalog import html_page, page_of, svg, tree
from envfactory.catalog.page import CheckShown, EntityShown, FieldShown, Page, Relation, ToolShown
from envfactory.environment.package import Source
from envfactory.verify import verify


def page(entities: list[EntityShown], relations: tuple[Relation, ...] = (), **facts) -> Page:
    return Page(
        name="shop",
        title="Shop",
        description="",
        domain="other",
        identity="sha256:0",
        level=facts.pop("level", None),
        verdict="not verified yet",
        checks=(),
        source=None,
        licence=None,
        entities=tuple(entities),
        relations=relations,
        tools=(),
        **{"scenarios": {"small": {e.table: 3 for e in entities}}, "left_out": {}, **facts},
    )


def entity(table: str, parent: str | None = None, fields: int = 2) -> EntityShown:
    shown = tuple(FieldShown(name=f"field_{n}", type="string") for n in range(fields))
    return EntityShown(table=table, key="id", parent=parent, fields=shown)


def test_a_page_tells_everything_without_running_code(packages: Path, tmp_path: Path) -> None:
    package = tmp_path / "google_tasks"
    shutil.copytree(packages / "google_tasks", package)
    verify(package).save(package)
    found = page_of(package)
    assert found.level == "verified"
    assert found.verdict.startswith("verified: ")
    assert {e.table for e in found.entities} == {"task_lists", "tasks"}
    assert (
        Relation(table="tasks", field="task_list_id", to="task_lists", owner=True)
        in found.relations
    )
    assert all(tool.description and tool.writes is not None for tool in found.tools)
    assert found.domain == "productivity and files"
    assert "task (title)" in found.domain_evidence
    assert "productivity and files, by task (title)" in html_page(found)
    assert set(found.scenarios) == {"small", "medium", "large"}
    assert found.source is not None
    assert found.licence == "Creative Commons Attribution 3.0"
    (package / "environment.py").write_text("raise SystemExit('somebody ran me')")
    changed = page_of(package)
    assert changed.level is None
    assert changed.verdict == "changed since it was verified"
    assert changed.tools == found.tools


def test_entities_are_drawn_as_a_tree_of_owners() -> None:
    drawn = tree(
        page(
            [
                entity("items", "orders"),
                entity("users"),
                entity("orders", "users"),
                entity("logs", "users"),
            ],
            (
                Relation(table="items", field="product_id", to="products"),
                Relation(table="items", field="order_id", to="orders", owner=True),
                Relation(table="users", field="friend_ids", to="users", many=True),
            ),
        )
    )
    assert drawn == [
        "users (3)  key id",
        "├─ orders (3)  key id",
        "│  └─ items (3)  key id",
        "└─ logs (3)  key id",
        "",
        "items.product_id → products",
        "users.friend_ids ⇉ users",
    ]


tables = st.dictionaries(
    st.sampled_from("abcdef"), st.sampled_from([None, *"abcdefz"]), min_size=1, max_size=6
)


@settings(max_examples=100, deadline=None)
@given(tables, st.integers(0, 9))
def test_every_entity_is_drawn_once_whoever_owns_whom(
    owners: dict[str, str | None], fields: int
) -> None:
    relations = tuple(
        Relation(table=t, field="owner", to=o, owner=True) for t, o in owners.items() if o
    )
    shown = page([entity(t, o, fields) for t, o in owners.items()], relations)
    assert sorted(line.lstrip("│├└─ ")[0] for line in tree(shown) if "key" in line) == sorted(
        owners
    )
    drawing = ElementTree.fromstring(svg(shown))
    boxes = [
        (int(b.get("x")), int(b.get("y")), int(b.get("width")), int(b.get("height")))
        for b in drawing.iter("{http://www.w3.org/2000/svg}rect")
    ]
    assert len(boxes) == len(owners)
    for number, (x, y, w, h) in enumerate(boxes):
        for x2, y2, w2, h2 in boxes[:number]:
            assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y, "boxes overlap"


def test_many_tables_that_nobody_owns_stand_side_by_side() -> None:
    drawing = ElementTree.fromstring(svg(page([entity(f"table_{n}", None, 5) for n in range(24)])))
    assert int(drawing.get("height")) < 900
    assert int(drawing.get("width")) < 1_400


def test_a_table_that_refers_to_itself_has_a_loop() -> None:
    to_itself = Relation(table="users", field="friend_id", to="users")
    drawing = ElementTree.fromstring(svg(page([entity("users")], (to_itself,))))
    (path,) = drawing.iter("{http://www.w3.org/2000/svg}path")
    start, *_, end = path.get("d").replace("M", "").replace("C", "").split()
    assert start.split(",")[1] != end.split(",")[1]


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_no_text_of_a_source_becomes_markup(text: str) -> None:
    hostile = f"<script>{text}</script>\"'&"
    table = EntityShown(
        table=hostile,
        key=hostile,
        description=hostile,
        fields=(FieldShown(name=hostile, type=hostile, note=hostile),),
    )
    tool = ToolShown(name=hostile, parameters=(hostile,), description=hostile, inferred=(hostile,))
    shown = page(
        [table],
        (Relation(table=hostile, field=hostile, to=hostile),),
        scenarios={hostile: {hostile: 1}},
        left_out={hostile: 1},
    ).model_copy(
        update={
            **dict.fromkeys(("name", "title", "description", "domain", "licence"), hostile),
            "source": Source(format=hostile, location=hostile),
            "tools": (tool,),
            "checks": (CheckShown(title=hostile, outcome="failed", severity="must"),),
        }
    )
    written = html_page(shown)
    assert "<script" not in written
    assert "http://" not in written.replace("http://www.w3.org/2000/svg", "")


def test_checks_that_do_not_apply_are_counted_and_not_listed() -> None:
    checks = [
        CheckShown(title=title, outcome=outcome, severity="must")
        for title, outcome in (("One", "passed"), ("Two", "failed"), ("Six", "not_applicable"))
    ]
    shown = page([entity("users")], level="failed").model_copy(
        update={"checks": tuple(checks), "verdict": "failed: 1 of 2 checks passed"}
    )
    written = html_page(shown)
    assert '<span class="level failed">failed</span> 1 of 2 checks passed' in written
    assert "Two" in written
    assert "Six" not in written
    assert "1 more checks do not apply" in written


def test_the_html_page_holds_what_the_page_holds(packages: Path) -> None:
    found = page_of(packages / "google_tasks")
    written = html_page(found)
    for tool in found.tools:
        assert tool.name in written
    assert found.identity in written
    assert "<svg" in written
    assert "src=" not in written
    assert "href=" not in written
