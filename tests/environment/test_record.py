"""Records: which types they take, and that nothing can change them."""

import copy
import dataclasses
import enum
import heapq
import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, Literal, NewType, Optional, TypedDict
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, JsonValue, ValidationError

from envfactory.environment import Environment, Key, Record, Ref, Table, tool
from envfactory.errors import DefinitionError


class Colour(enum.Enum):
    red = "red"


class Point(Record):
    x: int
    y: int = 0


Metres = NewType("Metres", float)


class Everything(Record):
    """Every type that a person or a model would naturally write."""

    key: Annotated[str, Key("e")]
    text: str = ""
    number: int = 0
    ratio: float = 0.5
    flag: bool = False
    day: date = date(2026, 1, 2)
    moment: datetime = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    hour: time = time(9, 30)
    duration: timedelta = timedelta(minutes=90)
    price: Decimal = Decimal("1.50")
    token: UUID = UUID(int=5)
    colour: Colour = Colour.red
    size: Literal["S", "M", 3] = "S"
    maybe: str | None = None
    perhaps: Optional[int] = None  # noqa: UP045 - a person may write it so
    tags: list[str] = []
    corners: list[Point] = []
    pair: tuple[int, str] = (1, "a")
    many: tuple[float, ...] = ()
    names: dict[str, list[Point]] = {}
    anything: JsonValue = None
    length: Metres = Metres(1.0)
    bounded: Annotated[int, Field(ge=0, le=9, description="A digit")] = 3


class Store(Environment):
    """Keeps everything."""

    things: Table[Everything]

    @tool
    def put(self, thing: Annotated[Everything, "What"]) -> Everything:
        """Store a thing."""
        return self.things.insert(thing)

    @tool
    def get(self, key: Annotated[str, Ref("things"), "Which"]) -> Everything:
        """Return a thing."""
        return self.things.get(key)


def test_natural_types_store_and_come_back():
    store = Store()
    thing = {
        "key": "e_1",
        "moment": "2026-03-04T05:06:07+02:00",
        "duration": "PT2H",
        "tags": ["a"],
        "corners": [{"x": 1}],
        "names": {"b": [{"x": 2, "y": 3}], "a": []},
        "anything": {"deep": [1, None, {"x": 1.5}]},
    }
    put = store.call("put", {"thing": thing})
    assert put.ok, put.error
    assert put.value["moment"] == "2026-03-04T03:06:07Z"
    assert put.value["duration"] == "PT2H"
    assert list(put.value["names"]) == ["a", "b"]
    assert store.call("get", {"key": "e_1"}) == put
    assert Store.from_scenario(store.to_scenario()).state_hash == store.state_hash


def test_equal_content_has_equal_hash_whatever_the_order_of_keys_and_the_zone():
    one, two = Store(), Store()
    one.things.insert(
        key="a", names={"a": [], "b": []}, moment=datetime(2026, 1, 1, 12, tzinfo=UTC)
    )
    later = datetime(2026, 1, 1, 14, tzinfo=timezone(timedelta(hours=2)))
    two.things.insert(key="a", names={"b": [], "a": []}, moment=later)
    assert one.state_hash == two.state_hash


def test_a_time_without_a_zone_is_taken_as_utc():
    thing = Everything(key="a", moment=datetime(2026, 1, 1, 12))
    assert thing.moment == datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: setattr(t, "text", "x"),
        lambda t: delattr(t, "text"),
        lambda t: t.tags.append("x"),
        lambda t: t.tags.extend(["x"]),
        lambda t: t.tags.__setitem__(0, "x"),
        lambda t: t.tags.__iadd__(["x"]),
        lambda t: t.tags.sort(),
        lambda t: t.tags.clear(),
        lambda t: t.names.update(x=[]),
        lambda t: t.names.pop("a"),
        lambda t: t.names["a"].append(Point(x=1)),
        lambda t: t.names.__ior__({"x": []}),
        lambda t: setattr(t.corners[0], "x", 9),
        lambda t: t.anything["deep"].append(1),
        lambda t: t.anything["deep"][0].__setitem__("x", 1),
    ],
)
def test_nothing_in_a_record_can_be_changed_in_place(change):
    thing = Everything(
        key="a", tags=["t"], names={"a": []}, corners=[Point(x=1)], anything={"deep": [{"x": 0}]}
    )
    before = thing.model_dump_json()
    with pytest.raises(TypeError, match="changed in place"):
        change(thing)
    assert thing.model_dump_json() == before


def test_copies_of_lists_and_dicts_are_plain():
    thing = Everything(key="a", tags=["t"], names={"a": [Point(x=1)]})
    for copied in (thing.tags.copy(), copy.copy(thing.tags), copy.deepcopy(thing.tags)):
        copied.append("u")
        assert copied == ["t", "u"]
    deep = copy.deepcopy(thing.names)
    deep["a"].append(Point(x=2))
    assert [*thing.tags, "u"] == ["t", "u"]
    assert thing.tags == ["t"]
    assert thing.names == {"a": [Point(x=1)]}


def test_what_goes_around_the_methods_does_not_reach_the_state():
    """C code can write into a list past its methods; what a table was given is a copy."""
    store = Store()
    given = [3, 1, 2]
    store.things.insert(key="a", anything=given)
    before = store.state_hash
    given.append(4)
    heapq.heapify(given)
    assert store.things.get("a").anything == [3, 1, 2]
    assert store.state_hash == before


def test_a_copy_of_a_record_is_validated():
    with pytest.raises(ValidationError):
        Everything(key="a").model_copy(update={"bounded": 10})
    assert Everything(key="a").model_copy(update={"bounded": 9}).bounded == 9


def test_no_way_of_making_a_record_goes_around_its_constraints():
    with pytest.raises(ValidationError):
        Everything.model_construct(key="a", bounded=10)
    assert Everything.model_construct(key="a", bounded=9).bounded == 9


class Loose(BaseModel):
    x: int


class Typed(TypedDict):
    x: int


@dataclasses.dataclass
class Data:
    x: int


@pytest.mark.parametrize(
    ("annotation", "fix"),
    [
        (set[str], "use list"),
        (frozenset[int], "use list"),
        (set, "use list"),
        (list, "list[str]"),
        (dict, "dict[str, float]"),
        (dict[int, str], "keys of a JSON object are strings"),
        (Any, "JsonValue"),
        (object, "JsonValue"),
        (bytes, "base64"),
        (complex, "cannot be stored as JSON"),
        (Loose, "derive it from Record"),
        (Typed, "make it a Record"),
        (Data, "make it a Record"),
        (list[set[str]], "use list"),
        (dict[str, Loose], "derive it from Record"),
        (Loose | None, "derive it from Record"),
        (type, "cannot be stored as JSON"),
    ],
)
def test_types_that_cannot_be_supported_fail_with_the_class_and_name_the_fix(annotation, fix):
    with pytest.raises(DefinitionError) as error:
        type("Bad", (Record,), {"__annotations__": {"field": annotation}, "__module__": __name__})
    assert "Bad.field" in str(error.value)
    assert fix in str(error.value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "x", None, True])
def test_constraints_hold_on_the_way_in(value):
    with pytest.raises(ValidationError):
        Everything(key="a", ratio=value if not isinstance(value, bool) else "y")


def test_moments_out_of_range_are_refused_as_invalid_not_as_a_crash():
    store = Store()
    result = store.call("put", {"thing": {"key": "a", "moment": "0001-01-01T00:00:00+10:00"}})
    assert result.error.code == "invalid_argument"


class Pool(Record):
    count: Literal[1, 3, 5] | None = None
    modes: list[Literal[0, 1]] = []
    on: Literal[True] = True
    size: Literal["s", 1] = "s"


class Cluster(Record):
    """As of container services: how many masters there are is one of a few numbers."""

    cluster_id: Annotated[str, Key("c")]
    pool: Pool | None = None
    pools: dict[str, Pool] = {}


@pytest.mark.parametrize(
    "pool", [{"count": True}, {"modes": [1, False]}, {"size": True}, {"on": 1, "count": True}]
)
def test_truth_is_no_choice_among_numbers_however_deep_it_lies(pool: dict[str, Any]) -> None:
    for held in ({"pool": pool}, {"pools": {"a": pool}}):
        with pytest.raises(ValidationError):
            Cluster.model_validate_json(json.dumps({"cluster_id": "c_1", **held}), strict=True)


def test_numbers_and_truth_that_are_choices_are_taken() -> None:
    pool = {"count": 3, "modes": [0, 1], "on": True, "size": 1}
    cluster = Cluster.model_validate_json(json.dumps({"cluster_id": "c_1", "pool": pool}))
    assert cluster.pool is not None
    assert cluster.pool.model_dump() == pool
    schema = Pool.model_json_schema()["properties"]
    assert schema["modes"]["items"]["enum"] == [0, 1]
