"""The user's web browser."""

from __future__ import annotations

from mwaactl.errors import ToolMissing


def open_page(url: str, host: str, hint: str = "add --print and open the address yourself") -> None:
    """Show `url` in the browser (BROWSER names another). Messages name the `host` alone: the URL may hold a secret.

    `hint` is what else to do where there is none.

    Raises ToolMissing when there is no browser.
    """
    import webbrowser

    try:
        is_open = webbrowser.open(url)
    except webbrowser.Error:
        is_open = False
    if not is_open:
        raise ToolMissing(f"There is no browser here to open {host} in.", hint=hint)
