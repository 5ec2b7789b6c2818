"""What the dashboard's page is about, in a few lines."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from mwaactl.model.dashboard import Dashboard, Mark, concerns_of
from mwaactl.render.lines import counted, one_line
from mwaactl.render.text.dispatch import text

STYLES = {Mark.FAILED: "red", Mark.UNKNOWN: "red", Mark.LOOK: "yellow"}


@text.register
def _(data: Dashboard) -> RenderableType:
    concerns = [concern for card in data.environments for concern in concerns_of(card)]
    lines = []
    for concern in concerns:
        line = Text(concern.environment, style="bold")
        line.append(f" {concern.mark.value}: ", style=STYLES.get(concern.mark, ""))
        lines.append(line.append(one_line(concern.text), style="not bold"))
    page = f": {data.page}" if data.page else ""
    count, troubled = len(data.environments), len({concern.environment for concern in concerns})
    words = f"{counted(troubled, 'needs', 'need')} a look" if troubled else "none needs a look"
    return Group(*lines, Text(f"{counted(count, 'environment')}, {words}{page}"))
