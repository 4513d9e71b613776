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


def main_thread_milliseconds(browser):
    """What the busiest page's main thread has had of the processor so far: scripts, style, layout, painting. Of processor time,
    not of time: headless Chromium rasters on the same cores, and waiting for that is no cost of the page."""
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    renderers = [process["id"] for process in processes if process["type"] == "renderer"]
    return max(
        int(pathlib.Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0]) / 1e6 for pid in renderers)
