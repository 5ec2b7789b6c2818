"""Where the drawings of the dashboard put things."""

from __future__ import annotations

import random
from itertools import combinations, pairwise

import pytest

from dashboard_fleet import environment
from mwaactl.model.dags.sketch import DagSketch, TaskSketch
from mwaactl.model.network_picture import network_picture
from mwaactl.render.dashboard.dags import BREADTH, graph
from mwaactl.render.dashboard.layers import layout
from mwaactl.render.dashboard.network import WIDTH, Box, drawing
from mwaactl.render.dashboard.text_width import shortened, width

ENDPOINTS = ("airflow.api", "airflow.env", "airflow.ops", "kms", "logs", "monitoring", "sqs")
EXISTING = {"vpc_id": "vpc-0123456789abcdef0", "subnet_ids": ("subnet-0123456789abcdef0", "subnet-0fedcba9876543210")}


def sketch(*edges: str, alone: str = "") -> DagSketch:
    """A DAG of tasks with names of one letter."""
    names = sorted(set("".join(edges) + alone))
    pairs = tuple((edge[0], edge[1]) for edge in edges)
    return DagSketch("d", "d.py", 1, "none", tuple(TaskSketch(name, "EmptyOperator") for name in names), pairs)


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def test_every_edge_goes_to_a_later_layer_by_every_layer_between() -> None:
    edges = [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d"), ("b", "d")]
    made = layout(dict.fromkeys("abcd", 40.0), edges, 10)
    place = {node: number for number, row in enumerate(made.layers) for node in row}
    assert set(made.ways) == set(edges)
    for edge, way in made.ways.items():
        assert (way[0], way[-1]) == edge
        assert all(place[then] == place[first] + 1 for first, then in pairwise(way))


def test_chain_is_a_straight_line_whatever_passes_beside_it() -> None:
    made = layout(dict.fromkeys("abcde", 40.0), [*pairwise("abcd"), ("a", "e"), ("b", "e"), ("d", "e")], 10)
    assert {round(made.across[node], 3) for node in "abcd"} == {round(made.across["a"], 3)}


@pytest.mark.parametrize("edges", [["ab", "ba"], ["aa"], ["ab", "bc", "ca", "cd"], ["ab", "bc", "cb"]])
def test_circle_ends_and_leaves_out_what_closes_it(edges: list[str]) -> None:
    found = graph(sketch(*edges))
    assert found.summary.endswith("Its edges close a circle.")
    assert len(found.paths) < len(edges)


def test_edges_of_tasks_that_are_not_there_are_left_out() -> None:
    assert layout({"a": 10.0}, [("a", "b"), ("c", "a")], 5).ways == {}


@pytest.mark.parametrize("seed", range(12))
def test_no_two_tasks_overlap_and_nothing_leaves_the_drawing(seed: int) -> None:
    chance = random.Random(seed)
    names = [f"task_{number}{'_long' * chance.randint(0, 4)}" for number in range(chance.randint(1, 25))]
    edges = tuple(pair for pair in combinations(names, 2) if chance.random() < 0.15)
    tasks = tuple(TaskSketch(name, "EmptyOperator") for name in names)
    found = graph(DagSketch("d", "d.py", 1, "none", tasks, edges))
    boxes = [Box("task", box.x, box.y, box.width, box.height) for box in found.boxes]
    assert [pair for pair in combinations(boxes, 2) if overlap(*pair)] == []
    assert all(box.x >= 0 and box.y >= 0 for box in boxes)
    assert all(box.x + box.width <= found.width and box.y + box.height <= found.height for box in boxes)
    assert len(found.paths) == len(edges)


def test_broad_graph_goes_to_the_right_and_a_narrow_one_down() -> None:
    narrow, broad = graph(sketch("ab", "bc")), graph(sketch(*(f"a{name}" for name in "bcdefg"[: BREADTH + 1])))
    assert narrow.height > narrow.width
    assert {box.x for box in narrow.boxes} == {narrow.boxes[0].x}
    assert len({box.x for box in broad.boxes}) == 2


def test_graph_is_told_in_words_too() -> None:
    assert graph(sketch("ab", "ac", alone="z")).summary == "4 tasks. a goes before b, c"
    assert graph(sketch(alone="z")).summary == "1 task. No edges."


@pytest.mark.parametrize(
    "network",
    [
        {"nat_gateways": "single"},
        {"nat_gateways": "per_az", "interface_endpoints": ("kms",)},
        {"nat_gateways": "none", "interface_endpoints": ENDPOINTS},
        {"interface_endpoints": tuple(f"a-service-of-a-long-name.number-{number}" for number in range(20))},
        {"interface_endpoints": ("x" * 64,)},
        {"vpc_cidr": None, "availability_zones": None, "existing": EXISTING},
    ],
)
def test_network_fits_its_drawing_and_no_chips_overlap(network: dict[str, object]) -> None:
    found = drawing(network_picture(environment("dev", network=network)))
    assert all(box.x >= 0 and box.x + box.width <= WIDTH for box in found.boxes)
    assert all(box.y >= 0 and box.y + box.height <= found.height for box in found.boxes)
    chips = [box for box in found.boxes if box.kind in ("chip", "nat", "internet")]
    assert [pair for pair in combinations(chips, 2) if overlap(*pair)] == []
    assert all(width(box.text, 10.5) <= box.width for box in chips)


@pytest.mark.parametrize(
    ("nat_gateways", "public", "words"),
    [
        ("none", [None, None], "Nothing reaches the internet"),
        ("single", ["10.10.192.0/20", None], "Both zones reach the internet through one NAT gateway"),
        ("per_az", ["10.10.192.0/20", "10.10.208.0/20"], "Each zone reaches the internet through its own NAT gateway"),
    ],
)
def test_subnets_are_those_that_the_module_makes(nat_gateways: str, public: list[str | None], words: str) -> None:
    """The blocks are those of modules/network/tests."""
    zones = ("eu-west-1b", "eu-west-1a")
    model = environment(
        "dev", network={"vpc_cidr": "10.10.0.0/16", "availability_zones": zones, "nat_gateways": nat_gateways}
    )
    picture = network_picture(model)
    assert [zone.name for zone in picture.zones] == ["eu-west-1a", "eu-west-1b"]
    assert [zone.private_subnet for zone in picture.zones] == ["10.10.0.0/18", "10.10.64.0/18"]
    assert [zone.public_subnet for zone in picture.zones] == public
    found = drawing(picture)
    assert found.summary.startswith(words)
    assert len([box for box in found.boxes if box.kind == "nat"]) == sum(one is not None for one in public)
    assert len(found.lines) == (2 + sum(one is not None for one in public) if any(public) else 0)


def test_existing_vpc_says_what_is_not_known() -> None:
    picture = network_picture(
        environment("dev", network={"vpc_cidr": None, "availability_zones": None, "existing": EXISTING})
    )
    assert (picture.vpc, picture.nat_gateways, picture.has_s3_endpoint) == ("vpc-0123456789abcdef0", None, False)
    assert "not known here" in drawing(picture).summary


@pytest.mark.parametrize(
    ("mwaa", "endpoints", "is_ours"),
    [
        ({"webserver_access_mode": "PUBLIC_ONLY"}, ("database",), False),
        ({"webserver_access_mode": "PRIVATE_ONLY"}, ("database", "web server"), False),
        (
            {"webserver_access_mode": "PRIVATE_ONLY", "endpoint_management": "CUSTOMER"},
            ("database", "web server"),
            True,
        ),
    ],
)
def test_endpoints_of_mwaa_itself(mwaa: dict[str, str], endpoints: tuple[str, ...], is_ours: bool) -> None:
    picture = network_picture(environment("dev", mwaa=mwaa))
    assert (picture.mwaa_endpoints, picture.are_mwaa_endpoints_ours) == (endpoints, is_ours)


@pytest.mark.parametrize(("text", "short"), [("short", "short"), ("abcdefghij", "abc…hij"), ("a" * 7, "a" * 7)])
def test_long_names_are_cut_in_their_middle(text: str, short: str) -> None:
    assert shortened(text, 7) == short
