"""A real Chromium, unthrottled."""
import contextlib
import os
import pathlib

from harness.processes import Missing

CHROMIUM = os.environ.get("SPLITFLAP_CHROMIUM", "/usr/bin/chromium")


@contextlib.contextmanager
def open_browser():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise Missing("playwright is not installed") from None
    if not pathlib.Path(CHROMIUM).exists():
        raise Missing("chromium is not installed (SPLITFLAP_CHROMIUM)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def main_thread_milliseconds(session):
    """What the main thread of a page has worked so far: scripts, style, layout, painting."""
    metrics = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
    return 1000 * metrics["TaskDuration"]
