from pathlib import Path

import orjson
import pytest

from envfactory.chain import Limits
from envfactory.environment import Package
from envfactory.environment.foreign.adapt import adapt_module
from envfactory.environment.package import TOOLS
from envfactory.errors import InputError
from envfactory.pipeline import draw_chains, graph_of, make_sampler
from envfactory.pipeline.library import changes_state
from envfactory.task import Dropped, Task
from envfactory.task.make import TaskMaker
from envfactory.verify import verify
from envfactory.verify.observe import observe

SHOP = Path(__file__).with_name("shop_server.py")
SCENARIO = {
    "customers": {
        "c1": {"customer_id": "c1", "name": "Ada Byron", "email": "ada@example.com"},
        "c2": {"customer_id": "c2", "name": "Bob Stone", "email": "bob@example.com"},
        "c3": {"customer_id": "c3", "name": "Cy Young", "email": "cy@example.com"},
    },
    "products": {
        "p1": {"product_id": "p1", "title": "Green tea", "price": 4.5},
        "p2": {"product_id": "p2", "title": "Blue cup", "price": 9},
    },
    "orders": {
        "ord_1": {"order_id": "ord_1", "customer_id": "c1", "product_id": "p1", "quantity": 2,
                  "status": "pending"},
        "ord_2": {"order_id": "ord_2", "customer_id": "c2", "product_id": "p2", "quantity": 1,
                  "status": "shipped"},
    },
}  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "base.json").write_bytes(orjson.dumps(SCENARIO))
    return adapt_module(SHOP, tmp_path / "out", scenarios=[tmp_path / "base.json"])


def test_what_is_returned_is_known_once_it_was_seen(shop: Path) -> None:
    assert Package.load(shop).environment.tools()[1].output_schema.get("properties") is None
    observe(shop)
    tools = {tool.name: tool for tool in Package.load(shop).environment.tools()}
    order = tools["create_order"].output_schema["properties"]
    assert order["order_id"] == {"type": "string", "x-entity": "orders", "x-key": True}
    assert order["customer_id"] == {"type": "string", "x-entity": "customers"}
    assert order["quantity"] == {"type": "integer"}
    (found,) = [tools["search_products"].output_schema["properties"]["products"]["items"]]
    assert found["required"] == ["price", "product_id", "title"]
    assert found["properties"]["price"] == {"type": "number"}


def test_what_was_seen_is_written_the_same_again(shop: Path) -> None:
    observe(shop)
    first = (shop / TOOLS).read_bytes()
    observe(shop)
    assert (shop / TOOLS).read_bytes() == first


def test_inputs_that_take_nothing_but_keys_are_marked(tmp_path: Path) -> None:
    text = SHOP.read_text().replace("get_customer(customer_id: str)", "get_customer(who: str)")
    body = '    """\n    return _one("customers", {})\n'
    assert body.format("customer_id") in text
    (tmp_path / "renamed.py").write_text(
        text.replace(body.format("customer_id"), body.format("who"))
    )
    (tmp_path / "base.json").write_bytes(orjson.dumps(SCENARIO))
    path = adapt_module(
        tmp_path / "renamed.py", tmp_path / "out", scenarios=[tmp_path / "base.json"]
    )
    takes = {tool.name: tool.takes for tool in observe(path).tools}
    assert takes["get_customer"] == {"who": "customers"}


def test_a_plain_module_gives_a_graph_and_tasks(shop: Path) -> None:
    observe(shop)
    packages = {"shop_server": Package.load(shop)}
    known = changes_state(packages.values())
    assert known["shop_server__create_order"]
    assert not known["shop_server__list_orders"]
    graph = graph_of(packages)
    edges = {(e.producer.split("__")[1], e.consumer.split("__")[1]) for e in graph.edges}
    assert {("list_customers", "list_orders"), ("search_products", "create_order")} <= edges
    chains, _ = draw_chains(make_sampler(graph, "topology", Limits(max_steps=5)), 0, 30)
    maker = TaskMaker(graph, packages)
    made = [maker.make(chain, 0) for chain in chains]
    tasks = [task for task in made if isinstance(task, Task)]
    assert len(tasks) > 5, [m.reason for m in made if isinstance(m, Dropped)]
    assert any(task.goal.changes for task in tasks)
    assert all(check.passed for task in tasks for check in task.checks)


def test_an_observed_package_is_verified(shop: Path) -> None:
    observe(shop)
    certificate = verify(shop)
    assert certificate.verified
    found = {r.id for r in certificate.results if r.outcome in ("failed", "trouble")}
    assert found == {"handed-out", "sharing"}


def test_native_packages_need_no_observation(tmp_path: Path) -> None:
    (tmp_path / "environment.toml").write_text('name = "notes"\ntitle = "Notes"\n')
    (tmp_path / "environment.py").write_text("")
    with pytest.raises(InputError, match="no foreign environment"):
        observe(tmp_path)
