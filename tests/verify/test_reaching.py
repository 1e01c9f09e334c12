import pytest

from envfactory.verify.reaching import AROUND, OUTSIDE, reaches

USES = {
    "import requests\nrequests.get('x')": "requests.get",
    "import urllib.request as web\nweb.urlopen('x')": "urllib.request.urlopen",
    "from httpx import get\ndef f():\n    return get('x')": "httpx.get",
    "import urllib.request\nf = urllib.request.urlopen": "urllib.request.urlopen",
    "import os\nos.system('ls')": "os.system",
    "from subprocess import run as go\ngo(['ls'])": "subprocess.run",
    "eval('1')": "eval",
    "map(eval, ['1'])": "eval",
    "import importlib\nimportlib.import_module('os')": "importlib.import_module",
    "import pickle\npickle.loads(b'')": "pickle.loads",
}
NO_USES = (
    "import requests",
    "import urllib.parse\nurllib.parse.quote('x')",
    "from http import HTTPStatus\nHTTPStatus.OK",
    "import ast\nast.literal_eval('1')",
    "import re\nre.compile('x')",
    "def evaluate(eval):\n    return eval(1)",
    "class Model:\n    def eval(self): ...\nModel().eval()",
    "import os\nos.path.join('a', 'b')",
    "if __name__ == '__main__':\n    import socket\n    socket.socket()",
    "import httpx\ndef f(client: httpx.Client): ...",
    "from typing import Any\nx: Any = 1",
    "this is no python",
)


@pytest.mark.parametrize(("code", "name"), USES.items())
def test_uses_are_found_by_any_name(code: str, name: str) -> None:
    (reach,) = reaches(code.encode(), OUTSIDE)
    assert reach.name == name
    assert reach.line == len(code.splitlines())


@pytest.mark.parametrize("code", NO_USES)
def test_nothing_is_found_where_nothing_is_used(code: str) -> None:
    assert not reaches(code.encode(), OUTSIDE)
    assert not reaches(code.encode(), AROUND)


@pytest.mark.parametrize(
    "code",
    [
        "open('x')",
        "from pathlib import Path\nPath('x').write_text('y')",
        "import os\nos.environ['X']",
        "import threading\nthreading.Thread(target=print).start()",
        "import sqlite3\nsqlite3.connect('x')",
    ],
)
def test_files_variables_and_threads_are_found(code: str) -> None:
    assert len(reaches(code.encode(), AROUND)) == 1
    assert not reaches(code.encode(), OUTSIDE)
