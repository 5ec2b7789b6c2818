"""DAGs as drawings: boxes for tasks, curves for edges."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from mwaactl.model.dags.sketch import DagSketch
from mwaactl.model.dashboard import DagFolder, DagPicture
from mwaactl.render.dashboard.layers import Layout, Node, layout
from mwaactl.render.dashboard.text_width import shortened, width
from mwaactl.render.lines import counted

MOST_DRAWN = 40
"""DAGs of an environment that get a drawing; the others are told in words."""
MOST_TASKS = 80
LONGEST_NAME = 34  # characters
BREADTH = 3
"""Tasks side by side up to which a graph goes downwards, which suits a phone; a broader one goes to the right."""
_HEIGHT, _NAME, _KIND = 40.0, 12.0, 10.0
_MARGIN = 6.0


@dataclass(frozen=True)
class TaskBox:
    """One task: its box, the id as shown and in full, and what it is."""

    x: float
    y: float
    width: float
    height: float
    name: str
    id: str
    kind: str


@dataclass(frozen=True)
class Graph:
    """The drawing of one DAG; `summary` says the same in words."""

    width: float
    height: float
    boxes: tuple[TaskBox, ...]
    paths: tuple[str, ...]
    summary: str


@dataclass(frozen=True)
class DagView:
    """One DAG as the page shows it; `graph` is None where nothing is drawn, and `note` says why."""

    picture: DagPicture
    tasks: str
    graph: Graph | None
    note: str


def dag_views(folder: DagFolder) -> tuple[DagView, ...]:
    """All DAGs of a folder."""
    return tuple(_view(picture, place) for place, picture in enumerate(folder.dags))


def _view(picture: DagPicture, place: int) -> DagView:
    sketch = picture.sketch
    if sketch is None:
        note = "No file says plainly that it makes this DAG: its tasks cannot be known without running it."
        return DagView(picture, "tasks not known", None, note)
    count = counted(len(sketch.tasks), "task")
    words = f"at least {count}" if sketch.unknown and sketch.tasks else count
    if not sketch.tasks:
        words = "tasks not known" if sketch.unknown else "no task written out"
        return DagView(picture, words, None, "" if sketch.unknown else "The file writes out no task of it.")
    if len(sketch.tasks) > MOST_TASKS:
        return DagView(picture, words, None, f"More than {MOST_TASKS} tasks are not drawn.")
    if place >= MOST_DRAWN:
        return DagView(picture, words, None, f"Only the first {MOST_DRAWN} DAGs are drawn.")
    return DagView(picture, words, graph(sketch), "")


def graph(sketch: DagSketch) -> Graph:
    """Lay out the tasks of one DAG."""
    kinds = {task.id: task.kind for task in sketch.tasks}
    names = {task: shortened(task, LONGEST_NAME) for task in kinds}
    wide = {
        task: round(max(width(names[task], _NAME), width(shortened(kind, LONGEST_NAME), _KIND)) + 20)
        for task, kind in kinds.items()
    }
    downwards = layout({task: float(value) for task, value in wide.items()}, sketch.edges, 16)
    is_down = max(sum(isinstance(node, str) for node in row) for row in downwards.layers) <= BREADTH
    made = downwards if is_down else layout(dict.fromkeys(kinds, _HEIGHT), sketch.edges, 12)
    along = _along(made, wide, is_down=is_down)
    boxes = []
    for task, kind in kinds.items():
        x, y = (made.across[task], along[task]) if is_down else (along[task], made.across[task])
        left, top = x - wide[task] / 2 + _MARGIN, y - _HEIGHT / 2 + _MARGIN
        boxes.append(
            TaskBox(
                round(left, 1), round(top, 1), wide[task], _HEIGHT, names[task], task, shortened(kind, LONGEST_NAME)
            )
        )
    right = max(box.x + box.width for box in boxes)
    bottom = max(box.y + box.height for box in boxes)
    points = [point for way in made.ways.values() for point in way if not isinstance(point, str)]
    if points and is_down:
        right = max(right, *(made.across[point] + _MARGIN for point in points))
    elif points:
        bottom = max(bottom, *(made.across[point] + _MARGIN for point in points))
    paths = tuple(_path(way, made, along, wide, is_down=is_down) for way in made.ways.values())
    return Graph(right + _MARGIN, bottom + _MARGIN, tuple(boxes), paths, _summary(sketch, made))


def _along(made: Layout, wide: dict[str, int], *, is_down: bool) -> dict[Node, float]:
    """The middle of each node in the direction of the edges."""
    found: dict[Node, float] = {}
    end = 0.0
    for row in made.layers:
        size = _HEIGHT if is_down else max((wide[node] for node in row if isinstance(node, str)), default=0)
        for node in row:
            found[node] = end + size / 2
        end += size + (30 if is_down else 44)
    return found


def _path(way: tuple[Node, ...], made: Layout, along: dict[Node, float], wide: dict[str, int], *, is_down: bool) -> str:
    """A curve through the stand-ins, from the edge of one box to that of the other."""
    places = [(along[node], made.across[node]) for node in way]
    first, last = (_HEIGHT, _HEIGHT) if is_down else (wide[str(way[0])], wide[str(way[-1])])
    places[0] = (places[0][0] + first / 2, places[0][1])
    places[-1] = (places[-1][0] - last / 2 - 3, places[-1][1])  # the tip of the arrow needs 3

    def point(place: tuple[float, float]) -> str:
        x, y = (place[1], place[0]) if is_down else place
        return f"{x + _MARGIN:.1f} {y + _MARGIN:.1f}"

    parts = [f"M {point(places[0])}"]
    for one, other in pairwise(places):
        middle = (one[0] + other[0]) / 2
        parts.append(f"C {point((middle, one[1]))} {point((middle, other[1]))} {point(other)}")
    return " ".join(parts)


def _summary(sketch: DagSketch, made: Layout) -> str:
    after: dict[str, list[str]] = {}
    for first, then in made.ways:
        after.setdefault(first, []).append(then)
    edges = "; ".join(f"{first} goes before {', '.join(then)}" for first, then in after.items())
    circle = " Its edges close a circle." if made.back else ""
    return f"{counted(len(sketch.tasks), 'task')}. {edges or 'No edges.'}{circle}"
