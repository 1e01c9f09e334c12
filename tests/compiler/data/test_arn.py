"""Names of resources in scenarios: of one account, fitting their patterns, spoken of by others."""

import re

import orjson

from envfactory.compiler.data.populate import populate
from envfactory.source import read_source
from envfactory.spec import infer

TEXT = {"shape": "Text"}
ROLE = r"arn:aws[a-z-]*:iam::\d{12}:role/[a-zA-Z0-9+=,.@_/-]+"


def test_names_are_of_one_account_and_tags_are_on_what_is_there(tmp_path):
    operations = {
        "ListBooks": ("ListBooksInput", "ListBooksOutput"),
        "TagResource": ("TagInput", None),
        "ListTagsForResource": ("ListTagsInput", "ListTagsOutput"),
    }
    book = {"BookId": TEXT, "BookArn": {"shape": "Arn"}, "RoleArn": {"shape": "Role"}}
    given = {"ResourceArn": {"shape": "Arn"}}
    shapes = {
        "Text": {"type": "string"},
        "Arn": {"type": "string"},
        "Role": {"type": "string", "pattern": ROLE},
        "Book": {"type": "structure", "members": book, "required": [*book]},
        "Books": {"type": "list", "member": {"shape": "Book"}},
        "Tags": {"type": "map", "key": TEXT, "value": TEXT},
        "ListBooksInput": {"type": "structure", "members": {}},
        "ListBooksOutput": {"type": "structure", "members": {"Books": {"shape": "Books"}}},
        "TagInput": {
            "type": "structure",
            "members": {**given, "Tags": {"shape": "Tags"}},
            "required": ["ResourceArn", "Tags"],
        },
        "ListTagsInput": {"type": "structure", "members": given, "required": ["ResourceArn"]},
        "ListTagsOutput": {"type": "structure", "members": {"Tags": {"shape": "Tags"}}},
    }
    model = {
        "metadata": {"protocol": "json", "serviceId": "AWS Shelf", "apiVersion": "2026-01-01"},
        "operations": {
            name: {
                "http": {"method": "POST", "requestUri": "/"},
                "input": {"shape": taken},
                **({"output": {"shape": answered}} if answered else {}),
            }
            for name, (taken, answered) in operations.items()
        },
        "shapes": shapes,
    }
    path = tmp_path / "service-2.json"
    path.write_bytes(orjson.dumps(model))
    scenario = populate(infer(read_source(path)), 3)
    books = scenario["books"]
    own = [book["book_arn"] for book in books]
    assert len(set(own)) == len(own)
    (start,) = {re.match(r"arn:aws:shelf:[a-z0-9-]+:\d{12}:book/", one)[0] for one in own}
    account = start.split(":")[4]
    assert all(re.fullmatch(ROLE, book["role_arn"]) for book in books)
    assert {book["role_arn"].split(":")[4] for book in books} == {account}
    tags = scenario["resource_tags"]
    assert {tag["resource_arn"] for tag in tags} <= {*own}
    assert len({tag["resource_arn"] for tag in tags}) < len(tags)
