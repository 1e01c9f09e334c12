"""What hostile code tries. Each body returns a text only where it got what it wanted.

`CANARY` is a file outside that holds a secret, `PORT` a port on this machine that somebody listens
on, `PARENT` the process of the caller.
"""

REACH = {
    # ---- files
    "read_file": "with open(CANARY) as f:\n    return f.read()",
    "read_pathlib": "import pathlib\nreturn pathlib.Path(CANARY).read_text()",
    "read_os_open": "import os\nreturn os.read(os.open(CANARY, os.O_RDONLY), 99).decode()",
    "read_io": "import _io\nreturn _io.FileIO(CANARY).read().decode()",
    "read_passwd": "return open('/etc/passwd').read()",
    "read_shadow_by_dots": "return open('/usr/lib/../../etc/passwd').read()",
    "read_proc_environ": "return open(f'/proc/{PARENT}/environ').read()",
    "read_proc_mem": "return str(open(f'/proc/{PARENT}/mem', 'rb').read(1))",
    "read_own_maps": "return open('/proc/self/maps').read()",
    "read_by_linecache": "import linecache\nreturn linecache.getline(CANARY, 1) or 1 / 0",
    "read_by_import": (
        "import importlib.util as u\ns = u.spec_from_file_location('x', CANARY + '.py')\n"
        "m = u.module_from_spec(s)\ns.loader.exec_module(m)\nreturn m.SECRET"
    ),
    "read_by_loader": (
        "import importlib.machinery as m\n"
        "return m.SourceFileLoader('x', CANARY).get_data(CANARY).decode()"
    ),
    "write_file": "open(CANARY, 'w').write('gone')\nreturn 'written'",
    "append_file": "open(CANARY, 'a').write('more')\nreturn 'written'",
    "write_tmp": "open('/tmp/envfactory-escaped', 'w').write('x')\nreturn 'written'",
    "write_package": (
        "import envfactory\np = envfactory.__file__\nopen(p, 'a').write('')\nreturn 'written'"
    ),
    "delete_file": "import os\nos.remove(CANARY)\nreturn 'deleted'",
    "rename_file": "import os\nos.rename(CANARY, CANARY + '.moved')\nreturn 'moved'",
    "truncate_file": "import os\nos.truncate(CANARY, 0)\nreturn 'truncated'",
    "chmod_file": "import os\nos.chmod(CANARY, 0)\nreturn 'changed'",
    "make_folder": "import os\nos.mkdir(CANARY + '.d')\nreturn 'made'",
    "symlink_in_scratch": "import os\nos.symlink(CANARY, 'link')\nreturn open('link').read()",
    "hardlink_in_scratch": "import os\nos.link(CANARY, 'link')\nreturn open('link').read()",
    "list_root": "import os\nreturn str(os.listdir('/'))",
    "list_home": "import os\nreturn str(list(os.scandir(os.path.dirname(CANARY))))",
    "leave_by_chdir": "import os\nos.chdir('/')\nreturn 'moved'",
    "leave_by_chroot": "import os\nos.chroot('.')\nreturn 'moved'",
    "copy_file": "import shutil\nshutil.copy(CANARY, 'copy')\nreturn open('copy').read()",
    "large_file": "f = open('large', 'wb')\nf.write(b'0' * (64 << 20))\nf.flush()\nreturn 'large'",
    # ---- network
    "connect": (
        "import socket\nwith socket.create_connection(('127.0.0.1', PORT), 1) as s:\n"
        "    s.sendall(b'hello')\nreturn 'sent'"
    ),
    "connect_low": (
        "import _socket\ns = _socket.socket()\ns.connect(('127.0.0.1', PORT))\nreturn 'sent'"
    ),
    "listen": "import socket\ns = socket.create_server(('127.0.0.1', 0))\nreturn 'listening'",
    "datagram": (
        "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "s.sendto(b'x', ('127.0.0.1', PORT))\nreturn 'sent'"
    ),
    "unix_socket": "import socket\nsocket.socket(socket.AF_UNIX).connect('/run/x')\nreturn 'sent'",
    "url": (
        "import urllib.request as r\nreturn r.urlopen(f'http://127.0.0.1:{PORT}', timeout=1).read()"
    ),
    "http_client": (
        "import http.client as h\nc = h.HTTPConnection('127.0.0.1', PORT, timeout=1)\n"
        "c.request('GET', '/')\nreturn 'sent'"
    ),
    "resolve": "import socket\nreturn str(socket.getaddrinfo('localhost', 80))",
    "asyncio_connection": (
        "import asyncio\nasync def go():\n    await asyncio.open_connection('127.0.0.1', PORT)\n"
        "asyncio.run(go())\nreturn 'sent'"
    ),
    # ---- processes and signals
    "system": "import os\nassert os.system('true') == 0\nreturn 'ran'",
    "popen": "import os\nreturn os.popen('id').read() or 1 / 0",
    "subprocess": "import subprocess\nreturn subprocess.check_output(['id']).decode()",
    "posix_spawn": "import os\nreturn str(os.posix_spawn('/bin/true', ['true'], {}))",
    "fork": "import os\npid = os.fork()\nif not pid:\n    os._exit(0)\nreturn str(pid)",
    "execute": "import os\nos.execv('/bin/true', ['true'])",
    "fork_low": "import _posixsubprocess\nreturn str(_posixsubprocess.fork_exec)",
    "multiprocessing": (
        "import multiprocessing as m\np = m.Process(target=print)\np.start()\nreturn 'started'"
    ),
    "thread": (
        "import threading\nt = threading.Thread(target=print)\nt.start()\nt.join()\nreturn 'ran'"
    ),
    "kill_parent": "import os\nos.kill(PARENT, 0)\nreturn 'could'",
    "kill_group": "import os\nos.killpg(0, 0)\nreturn 'could'",
    "alarm": "import signal\nsignal.alarm(1)\nreturn 'set'",
    "handler": "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nreturn 'set'",
    "raise_limits": (
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))\nreturn 'raised'"
    ),
    # ---- native code
    "ctypes": "import ctypes\nreturn str(ctypes.CDLL(None).getpid())",
    "ctypes_low": "import _ctypes\nreturn str(_ctypes.dlopen('libc.so.6', 0))",
    "ctypes_found": (
        "import gc\n"
        "return str([m for m in gc.get_objects() if getattr(m, '__name__', '') == 'ctypes'][0])"
    ),
    "code_object": (
        "import types\nf = (lambda: 0).__code__.replace(co_code=b'\\x00' * 8)\n"
        "return str(types.FunctionType(f, {})())"
    ),
    "pickle_gadget": (
        "import pickle\nreturn str(pickle.loads(b'cos\\nsystem\\n(S\\'true\\'\\ntR.'))"
    ),
    "marshal_code": (
        "import marshal\nexec(marshal.loads(marshal.dumps((lambda: 0).__code__)))\nreturn 'ran'"
    ),
    "sqlite": "import sqlite3\nsqlite3.connect(CANARY + '.db')\nreturn 'opened'",
    "mmap": "import mmap\nreturn str(mmap.mmap(-1, 4096))",
    # ---- the interpreter
    "subclasses_popen": (
        "c = [c for c in ().__class__.__base__.__subclasses__() if c.__name__ == 'Popen'][0]\n"
        "return str(c(['true']).wait())"
    ),
    "other_frames": "import sys\nreturn str(sys._current_frames())",
    "trace": "import sys\nsys.settrace(lambda *a: None)\nreturn 'traced'",
    "profile": "import sys\nsys.setprofile(lambda *a: None)\nreturn 'profiled'",
    "audit_hook": (
        "import sys\nseen = []\nsys.addaudithook(lambda *a: seen.append(a))\nopen('here', 'w')\n"
        "return str(seen[0])"
    ),
    "garbage": "import gc\nreturn str(len(gc.get_objects()))",
    "debugger": "breakpoint()\nreturn 'attached'",
    "ask": "return input()",
    "environment": "import os\nreturn os.environ['ENVFACTORY_TEST_SECRET']",
    "set_environment": "import os\nos.environ['PATH'] = '/x'\nreturn 'set'",
    "exit": "raise SystemExit(0)",
    "interrupt": "raise KeyboardInterrupt",
    "hard_exit": "import os\nos._exit(0)",
    "abort": "import os\nos.abort()",
    "generator_exit": "raise GeneratorExit",
    # ---- bombs
    "memory": "x = [b'0' * (1 << 28) for _ in range(99)]\nreturn 'allocated'",
    "many_objects": "x = []\nwhile True:\n    x.append(['0' * 1000 + str(len(x))])",
    "huge_integer": "return str(10 ** (10 ** 9))[:9]",
    "recursion": "def f(n):\n    return f(n + 1)\nreturn str(f(0))",
    "native_recursion": (
        "import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(n):\n    return f(n + 1)\n"
        "return str(f(0))"
    ),
    "deep_value": "x = []\nfor _ in range(10 ** 6):\n    x = [x]\nreturn repr(x)",
    "loop": "while True:\n    pass",
    "sleep": "import time\ntime.sleep(60)\nreturn 'slept'",
    "regular_expression": "import re\nre.match('(a+)+$', 'a' * 60 + 'b')\nreturn 'matched'",
    "sort_bomb": "return str(sorted(range(10 ** 10))[:1])",
    "descriptors": "x = [open('f%d' % i, 'w') for i in range(10 ** 4)]\nreturn 'opened'",
    "huge_output": "return 'x' * (64 << 20)",
    "odd_output": "class Odd(str):\n    pass\nreturn Odd(b'\\xff'.decode('latin1') * (64 << 20))",
    "surrogate_output": "return chr(0xD800)",
    # ---- the connection
    "forged_answer": (
        'import os\nframe = b\'[1,"ok",["forged",null,null,false]]\'\n'
        "frame = len(frame).to_bytes(4, 'big') + frame\n"
        "for fd in range(3, 9):\n    try:\n        os.write(fd, frame)\n"
        "    except OSError:\n        pass\nraise ValueError('done')"
    ),
    "garbage_answer": (
        "import os\nfor fd in range(3, 9):\n    try:\n        os.write(fd, b'\\xff' * 64)\n"
        "    except OSError:\n        pass\nraise ValueError('done')"
    ),
    "close_connection": (
        "import os\nfor fd in range(3, 9):\n    try:\n        os.close(fd)\n"
        "    except OSError:\n        pass\nraise ValueError('done')"
    ),
}
"""Name of an attempt to the body of the tool that makes it."""


def package(attempts: dict[str, str], constants: dict[str, object]) -> str:
    """Return the code of an environment with a tool for each attempt, and `count`."""
    lines = [f"{name} = {value!r}" for name, value in constants.items()]
    lines += [
        "from typing import Annotated",
        "from envfactory.environment import Environment, Key, Record, Table, tool",
        "class Note(Record):",
        "    'A note.'",
        "    id: Annotated[str, Key('n')]",
        "class Notes(Environment):",
        "    'Notes.'",
        "    notes: Table[Note]",
        "    @tool",
        "    def add(self) -> Note:",
        "        'Add a note.'",
        "        return self.notes.insert()",
        "    @tool",
        "    def count(self) -> int:",
        "        'Count the notes.'",
        "        return len(self.notes)",
    ]
    for name, body in attempts.items():
        lines += ["    @tool", f"    def try_{name}(self) -> str:", f"        'Try {name}.'"]
        lines += [f"        {line}" for line in body.split("\n")]
    return "\n".join(lines) + "\n"
