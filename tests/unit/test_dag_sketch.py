"""What can be known of a DAG file without running it, and what is said of the rest."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from textwrap import dedent

import pytest

from mwaactl.model.dags.sketch import DagSketch, sketch_of

ROOT = Path(__file__).parents[2]
HEAD = "from airflow import DAG\nfrom airflow.decorators import dag, task\n"


def only(text: str) -> DagSketch:
    """The one DAG of a file; its first line is the third."""
    found = sketch_of((HEAD + dedent(text).lstrip("\n")).encode(), "one.py")
    assert found.problem == ""
    [dag] = found.dags
    return dag


def tasks(dag: DagSketch) -> dict[str, str]:
    return {task.id: task.kind for task in dag.tasks}


def in_block(text: str) -> DagSketch:
    """The statements inside of `with DAG("d"):`; the first is line 4."""
    return only(
        'with DAG("d", schedule=None):\n' + "".join(f"    {line}\n" for line in dedent(text).strip().split("\n"))
    )


def test_sample_pipeline_is_read_whole() -> None:
    [dag] = sketch_of((ROOT / "dags" / "daily_retail_etl.py").read_bytes(), "daily_retail_etl.py").dags
    assert (dag.dag_id, dag.unknown) == ("daily_retail_etl", ())
    assert dag.schedule == "CronDataIntervalTimetable('0 2 * * *', timezone='UTC')"
    assert tasks(dag) == {
        "extract": "@task",
        "validate": "@task",
        "accept": "@task",
        "has_warehouse": "@task.short_circuit",
        "clean": "GlueJobOperator",
        "load": "RedshiftDataOperator",
        "notify": "SnsPublishOperator",
        "notify_failure": "SnsPublishOperator",
    }
    chain = ["extract", "validate", "accept", "clean", "has_warehouse", "load", "notify"]
    failing = [(one, "notify_failure") for one in chain[:-1]]
    assert set(dag.edges) == {*pairwise(chain), *failing}


@pytest.mark.parametrize(
    ("arguments", "schedule"),
    [
        ('schedule="@daily"', "@daily"),
        ("schedule=None", "none"),
        ('schedule_interval="5 4 * * *"', "5 4 * * *"),
        ("schedule=NIGHTLY", "0 3 * * *"),
        ("schedule=timedelta(hours=2)", "timedelta(hours=2)"),
        ("schedule=[Dataset('a')]", "[Dataset('a')]"),
        ("schedule=os.environ['S']", "os.environ['S']"),
        ("tags=['x']", "not given"),
        (f"schedule=f({'a' * 70})", f"f({'a' * 57}…"),
    ],
)
def test_schedule_is_as_written(arguments: str, schedule: str) -> None:
    assert only(f'NIGHTLY = "0 3 * * *"\nd = DAG("d", {arguments})').schedule == schedule


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@dag\ndef nightly(): ...", ["nightly"]),
        ("@dag()\ndef nightly(): ...", ["nightly"]),
        ('@dag("given")\ndef nightly(): ...', ["given"]),
        ("@dag(dag_id=NAME)\ndef nightly(): ...", ["constant"]),
        ("@dag(dag_id=name())\ndef nightly(): ...", [None]),
        ('with DAG("block") as d: ...', ["block"]),
        ("with models.DAG(dag_id=f'{x}'): ...", [None]),
        ('one = DAG("one")\ntwo = DAG("two")', ["one", "two"]),
        ('def make():\n    return DAG("inner")', ["inner"]),
    ],
)
def test_ids_are_told_where_they_are_written(text: str, ids: list[str | None]) -> None:
    found = sketch_of(f'{HEAD}NAME = "constant"\n{text}'.encode(), "one.py").dags
    assert [dag.dag_id for dag in found] == ids


@pytest.mark.parametrize(
    ("text", "edges"),
    [
        ("a >> b >> c", {"ab", "bc"}),
        ("c << b << a", {"ab", "bc"}),
        ("a >> [b, c]", {"ab", "ac"}),
        ("[a, b] >> c", {"ac", "bc"}),
        ("chain(a, [b, c])", {"ab", "ac"}),
        ("chain([a, b], [c, d])", {"ac", "bd"}),
        ("cross_downstream([a, b], [c, d])", {"ac", "ad", "bc", "bd"}),
        ("a.set_downstream([b, c])", {"ab", "ac"}),
        ("a.set_upstream(b)", {"ba"}),
        ('a >> Label("yes") >> b', {"ab"}),
        ("both = [b, c]\na >> both >> d", {"ab", "ac", "bd", "cd"}),
        ("first = a >> b\nfirst >> c", {"ab", "bc"}),
        ("a >> a", set()),
    ],
)
def test_edges_are_read_in_every_way_of_writing(text: str, edges: set[str]) -> None:
    made = "\n".join(f'{name} = EmptyOperator(task_id="{name}")' for name in "abcd")
    dag = in_block(f"{made}\n{text}")
    assert {first + then for first, then in dag.edges} == edges
    assert dag.unknown == ()


def test_results_that_are_handed_over_are_edges() -> None:
    dag = in_block("""
        @task
        def load(x): ...

        @task(task_id="named")
        def other(x, **more): ...

        one = load(1)
        other([one["rows"], load(2)], more=load(3))
        load.override(task_id="again")(one)
        load.partial(a=1).expand(x=one)
        op = BashOperator(task_id="op", env={"x": one.output})
        MyOperator.partial(task_id="many").expand(x=op.output)
    """)
    assert tasks(dag) == {
        "load": "@task",
        "load__1": "@task",
        "load__2": "@task",
        "named": "@task",
        "again": "@task",
        "load__3": "@task, mapped",
        "op": "BashOperator",
        "many": "MyOperator, mapped",
    }
    assert set(dag.edges) == {
        ("load", "named"),
        ("load__1", "named"),
        ("load__2", "named"),
        ("load", "again"),
        ("load", "load__3"),
        ("load", "op"),
        ("op", "many"),
    }


def test_groups_have_their_prefix_and_are_linked_by_their_ends() -> None:
    dag = in_block("""
        before = EmptyOperator(task_id="before")
        with TaskGroup("g") as g:
            EmptyOperator(task_id="x") >> EmptyOperator(task_id="y")
            with TaskGroup(group_id="inner"):
                EmptyOperator(task_id="z")
        before >> g >> EmptyOperator(task_id="after")
    """)
    assert set(tasks(dag)) == {"before", "g.x", "g.y", "g.inner.z", "after"}
    assert set(dag.edges) == {
        ("g.x", "g.y"),
        ("before", "g.x"),
        ("before", "g.inner.z"),
        ("g.y", "after"),
        ("g.inner.z", "after"),
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("for x in xs:\n    EmptyOperator(task_id=x)", "line 4: tasks or edges inside of a loop"),
        ("[EmptyOperator(task_id=x) for x in xs]", "line 4: tasks or edges inside of a loop"),
        ('if x:\n    EmptyOperator(task_id="a")', "line 4: tasks or edges inside of a condition"),
        ("try:\n    a >> b\nexcept E: ...", "line 4: tasks or edges inside of try"),
        ('EmptyOperator(task_id=f"{x}")', "line 4: the task_id of EmptyOperator()"),
        ("EmptyOperator(**kwargs)", "line 4: the task_id of EmptyOperator()"),
        ("add_tasks(dag)", "line 4: what add_tasks() adds"),
        ('EmptyOperator(task_id="a") >> helpers.make()', "line 4: the tasks of helpers.make()"),
        ("chain(*found)", "line 4: edges of chain()"),
        ("@task_group\ndef g(): ...\ng()", "line 6: the tasks of the group g()"),
        (
            'with TaskGroup(name()):\n    EmptyOperator(task_id="a")',
            "line 4: tasks of a group whose names cannot be told",
        ),
        ("print('hello')", None),
        ("logging.info('hello')", None),
        ('"""Words."""', None),
        ("for x in xs:\n    numbers.append(x)", None),
    ],
)
def test_what_only_code_decides_is_said_to_be_unknown(text: str, reason: str | None) -> None:
    assert in_block(text).unknown == ((reason,) if reason else ())


def test_tasks_belong_to_the_dag_that_they_name() -> None:
    found = sketch_of(
        f"""{HEAD}
one = DAG("one")
two = DAG("two")
a = EmptyOperator(task_id="a", dag=one)
b = EmptyOperator(task_id="b", dag=one)
c = EmptyOperator(task_id="c", dag=two)
a >> b
with two:
    d = EmptyOperator(task_id="d")
    c >> d
""".encode(),
        "one.py",
    ).dags
    assert [(dag.dag_id, set(tasks(dag)), dag.edges) for dag in found] == [
        ("one", {"a", "b"}, (("a", "b"),)),
        ("two", {"c", "d"}, (("c", "d"),)),
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"def broken(:\n", "is no Python that can be read here (line 1)"),
        (b"x = 1\0", "is no Python that can be read here (line 1)"),
        (b"x = " + b"(" * 500 + b")" * 500, "is no Python that can be read here (line 1)"),
        (b"import airflow\nfor x in y: make_dag(x, dag=1)", "seems to make DAGs by code: which, cannot be known"),
        (b"import airflow\n", ""),
        (b"", ""),
    ],
)
def test_file_that_cannot_be_read_says_why(content: bytes, problem: str) -> None:
    found = sketch_of(content, "one.py")
    assert found.dags == ()
    assert found.problem.startswith(problem)
    assert bool(found.problem) is bool(problem)


def test_chain_made_to_exhaust_the_reader_ends_in_words() -> None:
    text = HEAD + 'with DAG("d"):\n    ' + " >> ".join(["a"] * 3000)
    assert sketch_of(text.encode(), "one.py").problem == "cannot be read: it is nested too deeply"
