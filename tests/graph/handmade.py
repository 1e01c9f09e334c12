"""The hand-written tools of data/environments.yaml, in the form that the kernel gives them."""

from pathlib import Path
from typing import Any

import yaml

from envfactory.environment import ToolSpec


def tools() -> dict[str, list[ToolSpec]]:
    text = (Path(__file__).parent / "data" / "environments.yaml").read_text()
    return {
        environment: [
            ToolSpec(
                name=name,
                description=tool["description"],
                input_schema=arguments(tool["in"]),
                output_schema=tool["out"],
            )
            for name, tool in written.items()
        ]
        for environment, written in yaml.safe_load(text)["environments"].items()
    }


def arguments(parameters: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name.removeprefix("!"): schema for name, schema in parameters.items()},
        "required": [name[1:] for name in parameters if name.startswith("!")],
        "additionalProperties": False,
    }
