from collections import Counter
from pathlib import Path

from envfactory.compiler.data.populate import scenarios
from envfactory.source import read_source
from envfactory.spec import infer

CLUB = Path(__file__).parents[2] / "task" / "club.py"


def test_there_is_as_much_in_stock_as_lies_in_the_cart() -> None:
    for seed in range(3):
        for scenario in scenarios(infer(read_source(CLUB)), seed).values():
            wanted: Counter[str] = Counter()
            for row in scenario["cart_items"]:
                wanted[row["product_id"]] += row["quantity"]
            stock = {row["product_id"]: row["stock"] for row in scenario["products"]}
            assert wanted
            assert all(stock[product] >= count for product, count in wanted.items())
