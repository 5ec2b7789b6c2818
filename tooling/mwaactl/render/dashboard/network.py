"""Where everything lies in the drawing of a network. 344 units wide: it fits a phone without scrolling."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mwaactl.model.network_picture import NetworkPicture
from mwaactl.render.dashboard.text_width import shortened, width
from mwaactl.render.lines import counted

WIDTH = 344.0
_LEFT, _RIGHT, _GAP = 12.0, 332.0, 10.0
_COLUMN = (_RIGHT - _LEFT - _GAP) / 2
_PUBLIC, _NAT = 66.0, 40.0
_CHIP, _CHIP_TEXT = 20.0, 10.5


@dataclass(frozen=True)
class Box:
    """A rectangle with a kind (a class of the style sheet) and up to two lines of text."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    text: str = ""
    more: str = ""


@dataclass(frozen=True)
class Drawing:
    """What the template draws: boxes from back to front, lines as SVG paths, the same in words."""

    height: float
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    summary: str


def drawing(picture: NetworkPicture) -> Drawing:
    """The drawing of one environment's network."""
    has_public = any(zone.public_subnet for zone in picture.zones)
    top = 52.0 if has_public else 8.0
    zone_top, public_top = top + 30, top + 54
    private_top = public_top + (_PUBLIC + 14 if has_public else 0)
    private_height = 92.0
    zone_bottom = private_top + private_height + 8
    boxes: list[Box] = []
    lines: list[str] = []
    for place, zone in enumerate(picture.zones):
        x = _LEFT + place * (_COLUMN + _GAP)
        name = zone.name or f"zone {place + 1}, not known"
        boxes.append(Box("zone", x, zone_top, _COLUMN, zone_bottom - zone_top, name))
        boxes.append(
            Box("private", x + 6, private_top, _COLUMN - 12, private_height, "private subnet", zone.private_subnet)
        )
        if zone.public_subnet:
            boxes.append(Box("public", x + 6, public_top, _COLUMN - 12, _PUBLIC, "public subnet", zone.public_subnet))
    if has_public:
        boxes += _ways_out(picture, top, public_top, private_top, lines)
    boxes.append(Box("mwaa", _LEFT + 16, private_top + 44, _RIGHT - _LEFT - 32, 38, "MWAA", _web_server(picture)))
    bottom = zone_bottom + 10
    for heading, names in _endpoints(picture):
        boxes.append(Box("heading", _LEFT, bottom, 0, 16, heading))
        chips, bottom = _chips(names, bottom + 20)
        boxes += [*chips]
        bottom += 8
    vpc = Box("vpc", 4, top, WIDTH - 8, bottom - top + 2, f"VPC {picture.vpc}")
    return Drawing(bottom + 8, (vpc, *boxes), tuple(lines), summary(picture))


def summary(picture: NetworkPicture) -> str:
    """The drawing in words."""
    if picture.is_existing:
        return (
            f"An existing VPC with {counted(len(picture.zones), 'private subnet')}. Its zones, NAT gateways and "
            "endpoints are somebody else's, and not known here."
        )
    count = picture.nat_gateways or 0
    if count == 0:
        way = "Nothing reaches the internet: there is no NAT gateway."
    elif count == 1:
        way = "Both zones reach the internet through one NAT gateway."
    else:
        way = "Each zone reaches the internet through its own NAT gateway."
    endpoints = f" {counted(len(picture.interface_endpoints), 'interface endpoint')} and S3's gateway."
    return way + endpoints


def _ways_out(
    picture: NetworkPicture, top: float, public_top: float, private_top: float, lines: list[str]
) -> list[Box]:
    middle = WIDTH / 2
    boxes = [Box("internet", middle - 46, 6, 92, 22, "internet")]
    nats = []
    for place, zone in enumerate(picture.zones):
        if zone.public_subnet:
            x = _LEFT + place * (_COLUMN + _GAP) + _COLUMN - 52
            nats.append(x + 20)
            boxes.append(Box("nat", x, public_top + _NAT, 40, 20, "NAT"))
            lines.append(f"M {x + 20} {public_top + _NAT} V {top - 12} H {middle} V 30")
    for place in range(len(picture.zones)):
        x = _LEFT + place * (_COLUMN + _GAP) + _COLUMN - 32
        nat = nats[min(place, len(nats) - 1)]
        bend = private_top - 5
        own = f"M {x} {private_top} V {public_top + _NAT + 22}"
        lines.append(own if nat == x else f"M {x} {private_top} V {bend} H {nat} V {public_top + _NAT + 22}")
    return boxes


def _web_server(picture: NetworkPicture) -> str:
    return f"web server {'public' if picture.is_web_server_public else 'private'}"


def _endpoints(picture: NetworkPicture) -> Iterable[tuple[str, tuple[str, ...]]]:
    gateway = ("S3 (gateway)",) if picture.has_s3_endpoint else ()
    if names := (*picture.interface_endpoints, *gateway):
        yield "endpoints", names
    maker = "yours to make" if picture.are_mwaa_endpoints_ours else "made by MWAA"
    yield f"endpoints {maker}", picture.mwaa_endpoints


def _chips(names: Iterable[str], y: float) -> tuple[list[Box], float]:
    """Boxes as wide as their texts, in rows; and where the last row ends."""
    found, x = [], _LEFT
    for name in names:
        text = shortened(name, 44)
        wide = width(text, _CHIP_TEXT) + 14
        if x > _LEFT and x + wide > _RIGHT:
            x, y = _LEFT, y + _CHIP + 5
        found.append(Box("chip", round(x, 1), y, round(wide, 1), _CHIP, text))
        x += wide + 5
    return found, y + _CHIP
