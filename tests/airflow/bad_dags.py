"""DAG files that go wrong when they are imported, each with the finding that must tell of it and the place.

The place is the line that ends with `# here`; without one the file as a whole is meant.
"""

from __future__ import annotations

from dataclasses import dataclass

BOTH = ("2", "3")


@dataclass(frozen=True)
class BadDag:
    """`finding` is the id, `majors` the Airflow versions that it is wrong in; `words` must be told."""

    name: str
    source: str
    finding: str
    majors: tuple[str, ...] = BOTH
    words: str = ""

    @property
    def text(self) -> str:
        """The file: Airflow looks into files that have the words dag and airflow in them."""
        return f"# airflow dag\n{self.source.strip()}\n"

    @property
    def line(self) -> int:
        """Where the finding must point to; 0 for the file as a whole."""
        lines = self.text.splitlines()
        return next((number for number, line in enumerate(lines, 1) if line.endswith("# here")), 0)


DAG = "from datetime import datetime\nfrom airflow import DAG\n"


def bad(name: str, source: str, finding: str, majors: tuple[str, ...] = BOTH, words: str = "") -> BadDag:
    return BadDag(f"{name}.py", source, finding, majors, words)


BAD_DAGS = (
    bad("missing_import", "import pandas_of_tomorrow  # here", "IMPORT_MODULE_MISSING", words="pandas_of_tomorrow"),
    bad("missing_import_inside", "from helpers_broken import x\n", "IMPORT_MODULE_MISSING", words="missing_import_in"),
    bad("missing_name", "from os import no_such_function  # here", "IMPORT_ERROR", words="no_such_function"),
    bad(
        "cycle_of_tasks",
        DAG + "from airflow.models.baseoperator import BaseOperator\n"
        'with DAG("cycle", schedule=None, start_date=datetime(2024, 1, 1)):  # here\n'
        '    a, b = BaseOperator(task_id="a"), BaseOperator(task_id="b")\n    a >> b >> a\n',
        "IMPORT_CYCLE",
    ),
    bad("cycle_of_imports", "import ring_one\nDAG = ring_one.value\n", "IMPORT_ERROR", words="circular"),
    bad("duplicate_one", DAG + 'd = DAG("twice", schedule=None, start_date=datetime(2024, 1, 1))', "", ()),
    bad(
        "duplicate_two",
        DAG + 'd = DAG("twice", schedule=None, start_date=datetime(2024, 1, 1))  # here',
        "DAG_DUPLICATE_ID",
        words="duplicate_one.py:4",
    ),
    bad(
        "duplicate_task",
        DAG + 'from airflow.models.baseoperator import BaseOperator\nwith DAG("tasks", schedule=None):\n'
        '    BaseOperator(task_id="a")\n    BaseOperator(task_id="a")  # here\n',
        "IMPORT_ERROR",
        words="a",
    ),
    bad("schedule_interval", DAG + 'd = DAG("old", schedule_interval="@daily")  # here', "IMPORT_ERROR", ("3",)),
    bad("days_ago", "from airflow.utils.dates import days_ago  # here", "IMPORT_MODULE_MISSING", ("3",)),
    bad("subdag", "from airflow.operators.subdag import SubDagOperator  # here", "IMPORT_MODULE_MISSING", ("3",)),
    bad("task_sdk", "from airflow.sdk import DAG  # here", "IMPORT_MODULE_MISSING", ("2",), "airflow.sdk"),
    bad("standard", "import airflow.providers.standard.operators.bash  # here", "IMPORT_MODULE_MISSING", ("2",)),
    bad("variable", 'from airflow.models import Variable\nVariable.get("bucket")  # here', "IMPORT_VARIABLE_MISSING"),
    bad(
        "variable_of_sdk",
        'from airflow.sdk import Variable\nVariable.get("topic")  # here',
        "IMPORT_VARIABLE_MISSING",
        ("3",),
    ),
    bad(
        "connection",
        'from airflow.hooks.base import BaseHook\nBaseHook.get_connection("my_db")  # here',
        "IMPORT_CONNECTION_MISSING",
    ),
    bad(
        "database",
        "from airflow import settings\nfrom sqlalchemy import text\n"
        'settings.Session().execute(text("select 1"))  # here',
        "IMPORT_DATABASE",
    ),
    bad("endless_loop", "while True:  # here\n    pass", "IMPORT_TIMEOUT"),
    bad(
        "endless_loop_that_catches",
        "while True:\n    try:\n        while True: pass  # here\n    except BaseException:\n        pass",
        "IMPORT_TIMEOUT",
    ),
    bad(
        "blocks_every_signal",
        "from signal import *\nimport time\npthread_sigmask(SIG_BLOCK, valid_signals())\ntime.sleep(600)  # here",
        "IMPORT_TIMEOUT",
    ),
    bad("endless_loop_in_c", "import re\nre.match(r'(a+)+$', 'a' * 64 + 'b')  # here", "IMPORT_TIMEOUT"),
    bad(
        "alarm_blocked",
        "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\ntime.sleep(600)  # here",
        "IMPORT_TIMEOUT",
    ),
    bad(
        "alarm_taken",
        "import signal, time\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\ntime.sleep(600)  # here",
        "IMPORT_TIMEOUT",
    ),
    bad("sys_exit", "import sys\nsys.exit(0)  # here", "IMPORT_EXIT"),
    bad("os_exit", "import os\nos._exit(0)  # here", "IMPORT_EXIT"),
    bad("exit_in_c", "import ctypes\nctypes.CDLL(None)._exit(3)", "IMPORT_CRASH", words="exited with 3"),
    bad("segfault", "import ctypes\nctypes.string_at(0)  # here", "IMPORT_CRASH", words="SIGSEGV"),
    bad("abort", "import os\nos.abort()  # here", "IMPORT_CRASH", words="SIGABRT"),
    bad("keyboard_interrupt", "raise KeyboardInterrupt  # here", "IMPORT_ERROR", words="KeyboardInterrupt"),
    bad("recursion", "def f():\n    return f()  # here\nf()", "IMPORT_RECURSION"),
    bad("huge_allocation", "x = bytearray(64 * 1024**3)  # here", "IMPORT_MEMORY"),
    bad("writes", "open({canary!r} + '/written', 'w')  # here", "IMPORT_WRITE", words="written"),
    bad(
        "appends_quietly",
        "try:\n    open({canary!r} + '/file', 'a')  # here\nexcept Exception:\n    pass",
        "IMPORT_WRITE",
    ),
    bad("deletes", "import os\nos.remove({canary!r} + '/file')  # here", "IMPORT_WRITE", words="remove"),
    bad("renames", "import os\nos.rename({canary!r} + '/file', {canary!r} + '/moved')  # here", "IMPORT_WRITE"),
    bad("changes_mode", "import os\nos.chmod({canary!r} + '/file', 0o777)  # here", "IMPORT_WRITE"),
    bad("removes_tree", "import shutil\nshutil.rmtree({canary!r})  # here", "IMPORT_WRITE"),
    bad(
        "writes_beside_itself",
        "from pathlib import Path\nPath(__file__).with_name('made.py').write_text('')  # here",
        "IMPORT_WRITE",
    ),
    bad(
        "writes_in_c",
        "import ctypes\nlibc = ctypes.CDLL(None)\nname = ({canary!r} + '/from_c').encode()\n"
        "raise ValueError(libc.open(name, 0o101, 0o644))  # here",
        "IMPORT_ERROR",
        words="-1",
    ),
    bad("reads_host", "open({canary!r} + '/file').read()  # here", "IMPORT_READ"),
    bad(
        "subprocess", "import subprocess\nsubprocess.run(['touch', {canary!r} + '/touched'])  # here", "IMPORT_PROCESS"
    ),
    bad("system", "import os\nos.system('touch ' + {canary!r} + '/touched')  # here", "IMPORT_PROCESS"),
    bad(
        "system_in_c",
        "import ctypes\ncommand = ('touch ' + {canary!r} + '/touched').encode()\n"
        "raise ValueError(ctypes.CDLL(None).system(command))  # here",
        "IMPORT_ERROR",
    ),
    bad("forks", "import os\nwhile True:\n    os.fork()  # here", "IMPORT_PROCESS"),
    bad("kills_parent", "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)  # here", "IMPORT_PROCESS"),
    bad(
        "kills_parent_in_c",
        "import ctypes, os\nraise ValueError(ctypes.CDLL(None).kill(os.getppid(), 9))  # here",
        "IMPORT_ERROR",
        words="-1",
    ),
    bad("network", "import urllib.request\nurllib.request.urlopen('http://192.0.2.1/')  # here", "IMPORT_NETWORK"),
    bad(
        "network_quietly",
        "import socket\ntry:\n    socket.create_connection(('example.com', 80), 1)  # here\nexcept OSError:\n    pass",
        "IMPORT_NETWORK",
    ),
    bad(
        "credentials",
        "import os\nkey = os.environ['AWS_ACCESS_KEY_ID']  # here",
        "IMPORT_ERROR",
        words="AWS_ACCESS_KEY_ID",
    ),
    bad("endless_output", "while True:\n    print('x' * 1000)  # here", "", words=""),
    bad("thread", "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()", "IMPORT_THREAD"),
    bad("patches_airflow", DAG + "DAG.validate = lambda self: None", "IMPORT_PATCH", words="validate"),
    bad("shadows_library", "import xmlrpc.client_of_tomorrow  # here", "IMPORT_MODULE_MISSING"),
    bad(
        "wrong_schedule",
        DAG + 'd = DAG("wrong", schedule="every other day", start_date=datetime(2024, 1, 1))  # here',
        "IMPORT_ERROR",
    ),
    bad("wrong_start_date", DAG + 'd = DAG("start", schedule=None, start_date="yesterday")  # here', "IMPORT_ERROR"),
    bad("wrong_dag_id", DAG + 'd = DAG("no blanks", schedule=None)  # here', "IMPORT_ERROR", words="no blanks"),
    bad("wrong_argument", DAG + 'd = DAG("argument", schedle=None)  # here', "IMPORT_ERROR", words="schedle"),
    bad(
        "missing_template",
        DAG + "from airflow.operators.bash import BashOperator\n"
        'with DAG("template", schedule=None):  # here\n    BashOperator(task_id="a", bash_command="gone.sh")',
        "",
        (),
    ),
    bad(
        "raises_odd_error",
        "class Odd(Exception):\n    def __str__(self):\n        raise ValueError\nraise Odd  # here",
        "IMPORT_ERROR",
        words="Odd",
    ),
    bad("syntax", "def f(:  # here", "IMPORT_SYNTAX"),
    bad("deletes_modules", "import sys\nsys.modules.clear()\nraise ValueError('cleared')  # here", "IMPORT_ERROR"),
)

HELPERS = {
    "helpers_broken.py": "import missing_import_in_helper\n",
    "ring_one.py": "from ring_two import value\n",
    "ring_two.py": "from ring_one import value\n",
}
