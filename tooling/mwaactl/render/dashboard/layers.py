"""A layered layout of a graph: every edge goes from a layer to a later one, with as few crossings as some sweeps get.

After Sugiyama: layers by the longest way, a stand-in for every layer that an edge passes, order by the mean place of
the neighbours, then places as near to the neighbours as the others allow.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

SWEEPS = 6
STAND_IN = 10.0
"""Units across that an edge needs where it passes a layer."""

Node = Hashable


@dataclass
class Layout:
    """`layers` of nodes and stand-ins in order, `across` the middle of each, `ways` the nodes that an edge passes."""

    layers: list[list[Node]]
    across: dict[Node, float]
    ways: dict[tuple[str, str], tuple[Node, ...]] = field(default_factory=dict)
    back: frozenset[tuple[str, str]] = frozenset()


def layout(sizes: Mapping[str, float], edges: Sequence[tuple[str, str]], gap: float) -> Layout:
    """Lay out nodes of these sizes across, at least `gap` apart. Edges that close a circle are in `back` only."""
    known = [edge for edge in dict.fromkeys(edges) if edge[0] in sizes and edge[1] in sizes]
    rank, back = _ranks(list(sizes), known)
    layers: list[list[Node]] = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for node in sizes:
        layers[rank[node]].append(node)
    ways: dict[tuple[str, str], tuple[Node, ...]] = {}
    for edge in known:
        if edge in back:
            continue
        between = [(edge, layer) for layer in range(rank[edge[0]] + 1, rank[edge[1]])]
        for stand_in in between:
            layers[stand_in[1]].append(stand_in)
        ways[edge] = (edge[0], *between, edge[1])
    before, after = _neighbours(ways)
    _order(layers, before, after)
    wide = {node: sizes.get(node, STAND_IN) if isinstance(node, str) else STAND_IN for row in layers for node in row}
    return Layout(layers, _places(layers, before, after, wide, gap), ways, back)


def _ranks(nodes: Sequence[str], edges: Sequence[tuple[str, str]]) -> tuple[dict[str, int], frozenset[tuple[str, str]]]:
    """The layer of each node by the longest way to it, and the edges that close a circle, which are left out."""
    after: dict[str, list[str]] = {node: [] for node in nodes}
    missing = dict.fromkeys(nodes, 0)
    for first, then in edges:
        after[first].append(then)
        missing[then] += 1
    rank, waiting = dict.fromkeys(nodes, 0), [node for node in nodes if not missing[node]]
    done: set[str] = set()
    while len(done) < len(nodes):
        if not waiting:  # a circle: begin with the node of it that was written first
            waiting = [next(node for node in nodes if node not in done)]
        node = waiting.pop(0)
        if node in done:
            continue
        done.add(node)
        for then in after[node]:
            if then in done:
                continue
            rank[then] = max(rank[then], rank[node] + 1)
            missing[then] -= 1
            if not missing[then]:
                waiting.append(then)
    return rank, frozenset(edge for edge in edges if rank[edge[0]] >= rank[edge[1]])


_Beside = dict[Node, list[Node]]


def _neighbours(ways: Mapping[tuple[str, str], tuple[Node, ...]]) -> tuple[_Beside, _Beside]:
    before: _Beside = {}
    after: _Beside = {}
    for way in ways.values():
        for first, then in pairwise(way):
            after.setdefault(first, []).append(then)
            before.setdefault(then, []).append(first)
    return before, after


def _order(layers: list[list[Node]], before: _Beside, after: _Beside) -> None:
    place = {node: float(number) for row in layers for number, node in enumerate(row)}
    for sweep in range(SWEEPS):
        is_down = sweep % 2 == 0
        beside = before if is_down else after
        for row in layers if is_down else reversed(layers):
            means = {node: _mean([place[one] for one in beside.get(node, ())], place[node]) for node in row}
            row.sort(key=lambda node: means[node])
            place.update((node, float(number)) for number, node in enumerate(row))


def _places(
    layers: list[list[Node]], before: _Beside, after: _Beside, wide: Mapping[Node, float], gap: float
) -> dict[Node, float]:
    across: dict[Node, float] = {}
    for row in layers:
        end = 0.0
        for node in row:
            across[node] = end + wide[node] / 2
            end += wide[node] + gap
    for sweep in range(SWEEPS):
        is_down = sweep % 2 == 0
        beside = before if is_down else after
        for row in layers if is_down else reversed(layers):
            wanted = [_mean([across[one] for one in _nearest(node, beside)], across[node]) for node in row]
            _settle(row, wanted, across, wide, gap)
    least = min((across[node] - wide[node] / 2 for node in across), default=0.0)
    return {node: value - least for node, value in across.items()}


def _nearest(node: Node, beside: _Beside) -> list[Node]:
    """What a node wants to be in line with: a neighbour itself rather than an edge to one that is far away."""
    found = beside.get(node, [])
    return [one for one in found if isinstance(one, str)] or found


def _settle(
    row: Sequence[Node], wanted: Sequence[float], across: dict[Node, float], wide: Mapping[Node, float], gap: float
) -> None:
    """As near to what is wanted as the neighbours in the row allow, in its order."""
    end = None
    for node, wish in zip(row, wanted, strict=True):
        least = wish if end is None else end + gap + wide[node] / 2
        across[node] = max(wish, least)
        end = across[node] + wide[node] / 2
    shift = sum(wish - across[node] for node, wish in zip(row, wanted, strict=True)) / max(1, len(row))
    for node in row:
        across[node] += shift


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
