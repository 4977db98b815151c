"""The pictures of the guides, taken anew: `make shots`, or with names of scenes `screenshots.py teacher principal`.

A demo of its own is loaded into a scratch folder, served, walked through by the scenes (scenes.py) and thrown away.
`--address URL` takes a demo that is already served instead; its data change as the scenes act.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from camera import Camera
from playwright.sync_api import Playwright, sync_playwright
from scenes import SCENES

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
KEY_PASSWORD = "khoa-thu-nghiem"
START = 120.0  # seconds until the site has to answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenes", nargs="*", help=", ".join(SCENES))
    parser.add_argument("--address", help="a demo that is already served, http://127.0.0.1:8000")
    options = parser.parse_args()
    if unknown := set(options.scenes) - set(SCENES):
        parser.error(f"no such scene: {', '.join(sorted(unknown))}")
    with sync_playwright() as playwright:
        if options.address:
            take(playwright, options.address, options.scenes)
        else:
            with demo_site() as address:
                take(playwright, address, options.scenes)


def take(playwright: Playwright, address: str, names: list[str]) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    path = os.environ.get("TEMIS_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    browser = playwright.chromium.launch(
        executable_path=path,
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=vi-VN"],
        env=os.environ | {"LANGUAGE": "vi"},  # its own date fields follow it
    )
    camera = Camera(browser, address.rstrip("/"), IMAGES)
    for name, scene in SCENES.items():
        if not names or name in names:
            print(name, flush=True)
            scene(camera)
            camera.close()
    browser.close()


@contextmanager
def demo_site() -> Iterator[str]:
    """A demo with a signing key on a free port, gone afterwards."""
    scratch = Path(tempfile.mkdtemp(prefix="temis-shots-"))
    port = free_port()
    environment = scratch_environment(scratch, port)
    try:
        run(["demo", "--no-serve"], scratch, environment)
        site = subprocess.Popen(
            [*command("serve"), f"--port={port}", "--workers=1", "--with-worker"], cwd=scratch, env=environment
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/health/")
            yield f"http://127.0.0.1:{port}"
        finally:
            site.terminate()
            site.wait(timeout=60)
    finally:
        subprocess.run(command("db", "stop"), cwd=scratch, env=environment, check=False)
        shutil.rmtree(scratch, ignore_errors=True)


def scratch_environment(scratch: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TEMIS_")}
    sys.path.insert(0, str(ROOT))  # where TEMIS is not installed
    from temis.reporting.demo_key import make_demo_key

    key = make_demo_key(scratch / "key", password=KEY_PASSWORD)
    return kept | {
        "PYTHONPATH": str(ROOT),
        "TEMIS_DATA_DIR": str(scratch / "data"),
        "TEMIS_DEMO": "1",
        "TEMIS_BASE_URL": f"http://127.0.0.1:{port}",
        "TEMIS_SIGNING_KEY": str(key.pkcs12),
        "TEMIS_SIGNING_PASSWORD": KEY_PASSWORD,
    }


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "temis", *words]


def run(words: list[str], folder: Path, environment: dict[str, str]) -> None:
    subprocess.run(command(*words), cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(address: str) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"{address} does not answer")


if __name__ == "__main__":
    main()
