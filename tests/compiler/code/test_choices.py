"""Long lists of choices are written once, under a name that says what they are."""

from pathlib import Path

from envfactory.compiler.code.codegen import write_code
from envfactory.environment.package import execute
from envfactory.source import read_source
from envfactory.spec import infer

APIS = Path(__file__).parents[3] / "examples" / "apis"


def test_a_list_of_choices_stands_once_and_means_the_same_everywhere():
    spec = infer(read_source(APIS / "point-of-sale.json"))
    code = write_code(spec)
    assert code.count('"CHF"') == 1
    assert "\nCurrency = Literal[" in code
    assert "Currency | None" in code
    specs = {tool.name: tool for tool in execute(code.encode(), "pos", Path("pos.py")).tools()}
    for tool in spec.tools:
        for parameter in tool.parameters:
            choices = getattr(parameter.type, "choices", ())
            if choices:
                schema = str(specs[tool.name].input_schema["properties"][parameter.name])
                assert all(repr(choice) in schema for choice in choices)


def test_what_a_field_alone_does_not_say_the_record_does():
    code = write_code(infer(read_source(APIS / "point-of-sale.json")))
    assert "\nPaymentStatus = " in code
    assert "\nStatus = " not in code
    assert "\nType = " not in code
