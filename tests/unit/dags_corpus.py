"""Bad artifacts, each with what `dags check` says of it: id, file and line. Nothing of them is ever executed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml

HEAD = "from airflow.decorators import dag\nfrom airflow import DAG\n"
GOOD_DAG = f"{HEAD}with DAG('good', schedule=None):\n    pass\n"
CONSTRAINT = '--constraint "https://raw.githubusercontent.com/apache/airflow/constraints-{}/constraints-{}.txt"\n'
RIGHT = CONSTRAINT.format("2.10.3", "3.11")
WARNS = True

Expected = tuple[str, str, int]  # id, file, line


@dataclass(frozen=True)
class Case:
    """`files` lie below dags/; a link is written as ("link", target). `is_warning`: it does not fail the check."""

    name: str
    files: dict[str, str | bytes | tuple[str, str]]
    expected: tuple[Expected, ...]
    version: str = "2.10.3"
    is_warning: bool = False
    options: dict[str, str] = field(default_factory=dict)
    environment: dict[str, object] = field(default_factory=dict)

    def write(self, root: Path) -> None:
        """A project with one environment, dev, and these files."""
        dags = root / "dags"
        (dags / "plugins").mkdir(parents=True)
        (root / "terraform").mkdir()
        (root / "envs").mkdir()
        for name, content in {"requirements.txt": "", "startup.sh": "", "good.py": GOOD_DAG, **self.files}.items():
            path = dags / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, tuple):
                path.symlink_to(content[1])
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)
        mwaa = {
            "airflow_version": self.version,
            "environment_class": "mw1.small",
            "webserver_access_mode": "PRIVATE_ONLY",
            "airflow_configuration_options": self.options,
        }
        document = {
            "project": "retail",
            "account_id": "111111111111",
            "region": "eu-west-1",
            "mwaa": mwaa,
            "network": {
                "vpc_cidr": "10.10.0.0/16",
                "availability_zones": ["eu-west-1a", "eu-west-1b"],
                "nat_gateways": "single",
                **self.environment,
            },
            "artifacts": {
                "dags": "dags",
                "plugins": "dags/plugins",
                "requirements": "dags/requirements.txt",
                "startup_script": "dags/startup.sh",
            },
        }
        (root / "envs" / "dev.yaml").write_text(yaml.safe_dump(document))


def dag(name: str, *expected: Expected, code: str | bytes, version: str = "2.10.3", warns: bool = False) -> Case:
    """One bad DAG file, bad.py."""
    return Case(name, {"bad.py": code}, expected, version, warns)


def requirements(name: str, text: str | bytes, *expected: tuple[str, int], warns: bool = False) -> Case:
    """A requirements.txt; what is expected is an id and a line."""
    found = tuple((kind, "dags/requirements.txt", line) for kind, line in expected)
    return Case(name, {"requirements.txt": text}, found, is_warning=warns)


def startup(name: str, text: str | bytes, *expected: tuple[str, int], warns: bool = False) -> Case:
    """A startup.sh; what is expected is an id and a line."""
    found = tuple((kind, "dags/startup.sh", line) for kind, line in expected)
    return Case(name, {"startup.sh": text}, found, is_warning=warns)


BAD = "dags/bad.py"
DAGS = (
    dag("syntax error", ("DAG_SYNTAX", BAD, 3), code="import airflow\n\ndef dag(:\n"),
    dag("unclosed bracket", ("DAG_SYNTAX", BAD, 2), code="import airflow\nx = (1,\n"),
    dag("tabs and blanks", ("DAG_SYNTAX", BAD, 3), code="if True:\n        x = 1\n\ty = 2\n"),
    dag("Python 2", ("DAG_SYNTAX", BAD, 1), code="print 'dag airflow'\n"),
    dag("newer Python", ("DAG_SYNTAX", BAD, 1), code="type Day = str  # dag airflow\n"),
    dag("no Python in 3.12 either", ("DAG_SYNTAX", BAD, 2), version="3.0.6", code="type A = str\ndef dag(:\n"),
    dag("return outside a function", ("DAG_SYNTAX", BAD, 2), code="import airflow\nreturn  # dag\n"),
    dag("break outside a loop", ("DAG_SYNTAX", BAD, 2), code="if True:\n    break\n"),
    dag("argument twice", ("DAG_SYNTAX", BAD, 1), code="def task(a, a): ...\n"),
    dag("late future", ("DAG_SYNTAX", BAD, 2), code="import airflow\nfrom __future__ import annotations\n"),
    dag("quotation marks of 3.12", ("DAG_SYNTAX", BAD, 1), code="x = f\"{a[\"b\"]}\"\n"),
    dag("null bytes", ("DAG_SYNTAX", BAD, 2), code=b"import airflow\n\0dag\n"),
    dag("a JPEG named .py", ("DAG_ENCODING", BAD, 1), code=b"\xff\xd8\xff\xe0 dag airflow"),
    dag("not UTF-8", ("DAG_ENCODING", BAD, 2), code="import airflow\nname = 'Käse'  # dag\n".encode("latin-1")),
    dag("unknown encoding", ("DAG_ENCODING", BAD, 0), code="# -*- coding: klingon -*-\n"),
    dag("byte order mark", ("DAG_ENCODING", BAD, 1), code=b"\xef\xbb\xbfx = 1\n", warns=WARNS),
    dag("exhausts the parser", ("DAG_SYNTAX", BAD, 1), code="x = " + "(" * 5000 + ")" * 5000 + "\n"),
    dag("huge", ("DAG_SYNTAX", BAD, 0), code="x = 1\n" * 1_000_000),
    dag("id given twice in a file", ("DAG_DUPLICATE_ID", BAD, 4), code=f"{HEAD}DAG('a')\nDAG(dag_id='a')\n"),
    dag("id of another file", ("DAG_DUPLICATE_ID", "dags/good.py", 3), code=f"{HEAD}DAG('good')\n"),
    Case("id given twice without safe mode", {"bad.py": "import mine\nmine.DAG('good')\n", "mine.py": ""},
         (("DAG_DUPLICATE_ID", "dags/good.py", 3),), options={"core.dag_discovery_safe_mode": "False"}),
    dag("decorated twice", ("DAG_DUPLICATE_ID", BAD, 7),
        code=f"{HEAD}@dag()\ndef one(): ...\n\n@dag(dag_id='one')\ndef two(): ...\n"),
    dag("id with blanks", ("DAG_ID", BAD, 3), code=f"{HEAD}DAG('my dag')\n"),
    dag("id too long", ("DAG_ID", BAD, 3), code=f"{HEAD}DAG('{'x' * 251}')\n"),
    dag("removed argument", ("AIR301", BAD, 3), version="3.0.6", code=f"{HEAD}DAG('a', schedule_interval='@daily')\n"),
    dag("the same is advice for 2", ("AIR301", BAD, 3), warns=WARNS,
        code=f"{HEAD}DAG('a', schedule_interval='@daily')\n"),
    dag("removed function", ("AIR301", BAD, 2), version="3.0.6",
        code="from airflow.utils.dates import days_ago\nstart = days_ago(2)  # dag\n"),
    dag("moved to a provider", ("AIR302", BAD, 2), version="3.0.6",
        code="from airflow.hooks.dbapi import DbApiHook\nhook = DbApiHook()  # dag\n"),
    dag("Variable.get at the top", ("AIR003", BAD, 2), warns=WARNS,
        code="from airflow.models import DAG, Variable\nx = Variable.get('x')\n"),
    Case("import cycle", {"a.py": "import b\n", "b.py": "\nfrom a import x\n"},
         (("DAG_IMPORT_CYCLE", "dags/a.py", 1),), is_warning=True),
    Case("longer cycle in a package", {
         "p/__init__.py": "", "p/a.py": "from p import b\n",
         "p/b.py": "from . import c\n", "p/c.py": "from .a import x\n"},
         (("DAG_IMPORT_CYCLE", "dags/p/a.py", 1),), is_warning=True),
    Case("more DAGs than the class takes", {f"d{n}.py": f"{HEAD}DAG('d{n}')\n" for n in range(51)},
         (("DAG_CAPACITY", "dags", 0),)),
    Case("nearly as many", {f"d{n}.py": f"{HEAD}DAG('d{n}')\n" for n in range(45)},
         (("DAG_CAPACITY", "dags", 0),), is_warning=True),
    Case("link out of the folder", {"passwd.py": ("link", "/etc/passwd")}, (("DAG_FILE", "dags/passwd.py", 0),)),
    Case("link to nothing", {"gone.py": ("link", "nowhere.py")}, (("DAG_FILE", "dags/gone.py", 0),)),
    Case("link to itself", {"loop.py": ("link", "loop.py")}, (("DAG_FILE", "dags/loop.py", 0),)),
    Case("private key", {"id_rsa": "-----BEGIN OPENSSH PRIVATE KEY-----\n"}, (("DAG_FILE", "dags/id_rsa", 0),)),
    Case("access key in a DAG", {"key.py": "x = 1\nkey = 'AKIA" + "IOSFODNN7EXAMPLZ'\n"},
         (("DAG_FILE", "dags/key.py", 2),)),
    Case("large data", {"data.csv": b"1,2\n" * 2_600_000}, (("DAG_FILE", "dags/data.csv", 0),)),
    Case("names that differ in capitals", {"Sales.py": "x = 1\n", "sales.py": "x = 1\n"},
         (("DAG_NAME", "dags/sales.py", 0),), is_warning=True),
    Case("glob for Airflow 2", {".airflowignore": "plugins/\n*.txt\n"}, (("DAG_IGNORE", "dags/.airflowignore", 2),)),
    Case("glob that is an expression too", {".airflowignore": "test_*\n"},
         (("DAG_IGNORE", "dags/.airflowignore", 1),), is_warning=True),
    Case("expression for Airflow 3", {".airflowignore": "# old\n.*_test\\.py$\n"},
         (("DAG_IGNORE", "dags/.airflowignore", 2),), "3.0.6", is_warning=True),
    Case("glob by option", {".airflowignore": "!\n"}, (("DAG_IGNORE", "dags/.airflowignore", 1),),
         options={"core.dag_ignore_file_syntax": "glob"}),
    Case("expression made to take for ever", {".airflowignore": "x\n(a+)+$\n", "a" * 40 + "b.py": ""},
         (("DAG_IGNORE", "dags/.airflowignore", 2),), is_warning=True),
    Case("below a folder", {"team/.airflowignore": "a(\n"}, (("DAG_IGNORE", "dags/team/.airflowignore", 1),)),
)  # fmt: skip

REQUIREMENTS = (
    requirements("no constraint", "pandas==2.1.4\n", ("REQUIREMENTS_CONSTRAINT", 1), warns=WARNS),
    requirements("constraint of another Airflow", CONSTRAINT.format("2.9.2", "3.11") + "pandas==2.1.4\n",
                 ("REQUIREMENTS_CONSTRAINT", 1)),
    requirements("constraint of another Python", CONSTRAINT.format("2.10.3", "3.12") + "pandas==2.1.4\n",
                 ("REQUIREMENTS_CONSTRAINT", 1)),
    requirements("constraint in a comment", "# use --constraint here\npandas==2.1.4\n", ("REQUIREMENTS_CONSTRAINT", 1)),
    requirements("another Airflow", f"{RIGHT}apache-airflow==2.9.2\n", ("REQUIREMENTS_PIN", 2)),
    requirements("a pin that MWAA keeps", f"{RIGHT}\nSQLAlchemy>=2.0\n", ("REQUIREMENTS_PIN", 3)),
    requirements("no version", f"{RIGHT}duckdb\n", ("REQUIREMENTS_UNPINNED", 2), warns=WARNS),
    requirements("half a version", f"{RIGHT}duckdb>=1\n", ("REQUIREMENTS_UNPINNED", 2), warns=WARNS),
    requirements("repository without a tag", f"{RIGHT}mine @ git+https://example.org/mine\n",
                 ("REQUIREMENTS_UNPINNED", 2), warns=WARNS),
    requirements("constraint of a branch", CONSTRAINT.format("2-10", "3.11") + "duckdb==1.0\n",
                 ("REQUIREMENTS_CONSTRAINT", 1), warns=WARNS),
    requirements("constraint that MWAA does not see", RIGHT.replace(" ", "=") + "duckdb==1.0\n",
                 ("REQUIREMENTS_CONSTRAINT", 1), warns=WARNS),
    requirements("constraint of this machine", "-c constraints.txt\nduckdb==1.0\n", ("REQUIREMENTS_CONSTRAINT", 1)),
    requirements("MWAA's constraint of another version",
                 "-c https://example.org/images/airflow/2.9.2/etc/airflow_constraints.txt\nduckdb==1.0\n",
                 ("REQUIREMENTS_CONSTRAINT", 1)),
    requirements("a thousand brackets", f"{RIGHT}a; {'(' * 1900}\n", ("REQUIREMENTS_SYNTAX", 2)),
    requirements("no requirement", f"{RIGHT}pandas=2.1\n", ("REQUIREMENTS_SYNTAX", 2)),
    requirements("unknown option", f"{RIGHT}--upgrade\n", ("REQUIREMENTS_SYNTAX", 2)),
    requirements("editable", f"{RIGHT}-e ./mine\n", ("REQUIREMENTS_PLACE", 2)),
    requirements("another file", f"{RIGHT}-r other.txt\n", ("REQUIREMENTS_PLACE", 2)),
    requirements("local wheel", f"{RIGHT}./wheels/mine-1.0-py3-none-any.whl\n", ("REQUIREMENTS_PLACE", 2)),
    requirements("credentials", f"{RIGHT}--extra-index-url https://me:pass@example.org/simple\n",
                 ("REQUIREMENTS_SECRET", 2)),
    requirements("token", f"{RIGHT}mine @ https://ghtoken@example.org/mine.whl\n", ("REQUIREMENTS_SECRET", 2)),
    requirements("twice", f"{RIGHT}duckdb==1.0\nDuckDB==1.1\n", ("REQUIREMENTS_DUPLICATE", 3)),
    requirements("requirements not UTF-8", b"# K\xe4se\n", ("REQUIREMENTS_SYNTAX", 1)),
    Case("constraint that cannot be reached", {"requirements.txt": f"{RIGHT}duckdb==1.0\n"},
         (("REQUIREMENTS_OFFLINE", "dags/requirements.txt", 1),), environment={
             "nat_gateways": "none",
             "interface_endpoints": ["airflow.api", "airflow.env", "airflow.ops", "kms", "logs", "monitoring", "sqs"]}),
)  # fmt: skip

PLUGINS = (
    Case("double root", {"plugins/plugins/mine.py": "x = 1\n"}, (("PLUGINS_ROOT", "dags/plugins/plugins", 0),)),
    Case("shadows the standard library", {"plugins/email/__init__.py": ""},
         (("PLUGINS_SHADOW", "dags/plugins/email", 0),)),
    Case("shadows a package", {"plugins/requests.py": ""}, (("PLUGINS_SHADOW", "dags/plugins/requests.py", 0),)),
    Case("shadows a DAG module", {"plugins/good.py": ""}, (("PLUGINS_SHADOW", "dags/plugins/good.py", 0),)),
    Case("wheel for a Mac", {"plugins/x-1.0-cp311-cp311-macosx_11_0_arm64.whl": b"PK"},
         (("PLUGINS_WHEEL", "dags/plugins/x-1.0-cp311-cp311-macosx_11_0_arm64.whl", 0),)),
    Case("wheel for another Python", {"plugins/x-1.0-cp39-cp39-manylinux2014_x86_64.whl": b"PK"},
         (("PLUGINS_WHEEL", "dags/plugins/x-1.0-cp39-cp39-manylinux2014_x86_64.whl", 0),)),
    Case("wheel with a name of its own", {"plugins/mine.whl": b"PK"},
         (("PLUGINS_WHEEL", "dags/plugins/mine.whl", 0),)),
    Case("cache of a tool", {"plugins/.pytest_cache/README.md": "x", "plugins/mine.py": ""},
         (("PLUGINS_CACHE", "dags/plugins/.pytest_cache", 0),), is_warning=True),
    Case("plugin with a syntax error", {"plugins/mine.py": "def (\n"}, (("DAG_SYNTAX", "dags/plugins/mine.py", 1),)),
)  # fmt: skip

STARTUP = (
    startup("no bash", "if true; then\n  echo x\n", ("STARTUP_SYNTAX", 3)),
    startup("CRLF", "#!/bin/bash\r\nexport A=1\r\n", ("STARTUP_CRLF", 1)),
    startup("script with a byte order mark", b"\xef\xbb\xbf#!/bin/bash\n", ("STARTUP_ENCODING", 1)),
    startup("script not UTF-8", b"# K\xe4se\n", ("STARTUP_ENCODING", 1)),
    startup("protected variable", "export A=1\nexport AIRFLOW_HOME=/tmp\n", ("STARTUP_PROTECTED", 2)),
    startup("protected prefix", "MWAA__CORE__X=1\n", ("STARTUP_PROTECTED", 1)),
    startup("protected among others", "A=1\nexport B=2 PYTHONPATH=/x C=3\n", ("STARTUP_PROTECTED", 2)),
    startup("script without end", "x\n" * 60_000, ("STARTUP_SLOW", 0)),
    startup("for another shell", "#!/usr/bin/env python3\ntrue\n", ("STARTUP_SHELL", 1)),
    startup("exec", "exec airflow scheduler\n", ("STARTUP_SHELL", 1)),
    startup("apt", "sudo apt-get install -y jq\n", ("STARTUP_SHELL", 1)),
    startup("sleeps too long", "echo x; sleep 10m\n", ("STARTUP_SLOW", 1)),
    startup("no sudo", "yum install -y jq\n", ("STARTUP_SUDO", 1), warns=WARNS),
)

CASES = (*DAGS, *REQUIREMENTS, *PLUGINS, *STARTUP)

RIGHT_DAG = "try:\n    dag = DAG('a', schedule=None)\nexcept TypeError:\n    dag = DAG('a', schedule_interval=None)\n"
FINE = (
    dag("id in a file that Airflow passes over", code="import mine\nmine.DAG('good')\n"),
    dag("two ways to one DAG", code=HEAD + RIGHT_DAG),
    dag("id in a text", code=f"{HEAD}x = \"\"\"\nDAG('good')\n@dag\n\"\"\"\n"),
    dag("newer Python for Airflow 3", version="3.0.6", code="type Day = str\ndef f[T](a: T) -> T: return a\n"),
    dag("encoding that is named", code="# -*- coding: latin-1 -*-\nname = 'Käse'\n".encode("latin-1")),
    Case("package that imports its modules", {
         "p/__init__.py": "from p.a import x\n", "p/a.py": "from . import b\nx = 1\n", "p/b.py": ""}, ()),
    Case("import under TYPE_CHECKING", {
         "a.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import b\n", "b.py": "import a\n"}, ()),
    Case("ignored folder", {".airflowignore": "old$\n", "old/twin.py": GOOD_DAG}, ()),
    Case("ignored but for one", {".airflowignore": "*_old.py\n!a_old.py\n", "b_old.py": f"{HEAD}DAG('good')\n"}, (),
         "3.0.6"),
    requirements("environment variables in an address",
                 f"{RIGHT}--extra-index-url https://${{USER}}:${{TOKEN}}@example.org/simple\nduckdb==1.0\n"),
    requirements("bare addresses", f"{RIGHT}git+ssh://git@example.org/a/b.git@v1\nhttps://example.org/a-1-py3-none-any.whl\n"),
    requirements("constraints without providers",
                 CONSTRAINT.format("2.10.3", "no-providers-3.11") + "duckdb==1.0\n"),
    requirements("hashes over several lines", f"{RIGHT}duckdb==1.0 \\\n  --hash=sha256:aa \\\n  --hash=sha256:bb\n"),
    requirements("wheels in plugins",
                 "-c /usr/local/airflow/dags/c.txt\n--no-index\n-f /usr/local/airflow/plugins\nduckdb==1.0\n"),
    requirements("pin that MWAA has too", f"{RIGHT}SQLAlchemy==1.4.54\napache-airflow-providers-amazon\n"),
    Case("wheels that run there", {
         "plugins/a-1.0-py3-none-any.whl": b"PK", "plugins/b-1.0-cp39-abi3-manylinux2014_x86_64.whl": b"PK",
         "plugins/c-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl": b"PK"}, ()),
    startup("variable for one command", "AWS_REGION=eu-west-1 aws s3 ls\n"),
    startup("here document", "cat > x.cfg <<'END'\nAIRFLOW_HOME=/x\nEND\n"),
    startup("variable in a text", "echo 'say; AWS_REGION=x' # PYTHONPATH=1\n"),
    startup("no first line", "export MINE=1\nsudo dnf install -y jq\nsleep 5\n"),
)  # fmt: skip
"""What looks wrong and is right: nothing is said about it."""
