#!/usr/bin/env python3
"""Takes a picture of every shipped dashboard: light, dark, phone, wide.

    python3 Tests/Browser/screenshots.py http://127.0.0.1:8080 screenshots
"""
import pathlib
import sys

from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOOKS = {
    "light": dict(viewport={"width": 1280, "height": 800}, color_scheme="light"),
    "dark": dict(viewport={"width": 1280, "height": 800}, color_scheme="dark"),
    "wide": dict(viewport={"width": 1920, "height": 1080}, color_scheme="dark"),
    "phone": dict(viewport={"width": 390, "height": 844}, color_scheme="light", device_scale_factor=2),
}


def main(base: str, folder: str) -> None:
    out = pathlib.Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    names = sorted(path.stem for path in (ROOT / "dashboards").glob("*.yml"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for look, options in LOOKS.items():
            context = browser.new_context(**options)
            for name in names:
                page = context.new_page()
                page.goto(f"{base}/{name}")
                page.wait_for_selector("[data-component]")
                # Long enough for the curves to have something to show.
                page.wait_for_timeout(4000)
                page.screenshot(path=out / f"{name}-{look}.png", full_page=look == "phone")
                page.close()
            context.close()
        browser.close()
    print(f"{len(LOOKS) * len(names)} pictures in {out}")


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["http://127.0.0.1:8080", "screenshots"]))
