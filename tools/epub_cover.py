"""The cover of the EPUB: a photograph that turns into its edges under the kernel of the book's sign."""

import base64
import io
from html import escape
from string import Template

import numpy as np
from PIL import Image
from playwright.sync_api import Browser

from convbook import images, kernels, ops
from convbook.widgets.theme import colours
from edition import Edition
from environment import ROOT

PAGE = ROOT / "book" / "epub" / "cover.html"
KERNEL = ROOT / "book" / "assets" / "favicon.svg"
SIZE = {"width": 800, "height": 1280}  # CSS pixels, of which each is two by two of the picture
ALTERNATIVE = "A photograph of a man behind a camera; from its middle on, under a kernel of three by three, only edges."


def tone(name: str) -> np.ndarray:
    """Return a colour of the book's light theme as three numbers.

    >>> tone("surface")
    array([255., 255., 255.])
    """
    return np.array([int(colours()[name][i : i + 2], 16) for i in (1, 3, 5)], dtype=float)


def edges(photograph: np.ndarray) -> np.ndarray:
    """Return what the vertical edge kernel finds, (H, W, 3): the stronger, the more of the output's colour."""
    found = ops.conv2d(np.pad(photograph, 1, mode="edge"), kernels.SOBEL_VERTICAL)
    strength = np.clip(np.abs(found) / np.quantile(np.abs(found), 0.98), 0, 1)[..., None]
    signed = np.where(found[..., None] > 0, tone("output"), tone("negative"))
    return strength * signed + (1 - strength) * tone("surface")


def drawing() -> str:
    """Return the picture of the cover as an address that holds it."""
    photograph = images.load("camera").astype(float)
    half = photograph.shape[1] // 2
    halves = [np.repeat(photograph[:, :half, None], 3, axis=2), edges(photograph)[:, half:]]
    target = io.BytesIO()
    Image.fromarray(np.concatenate(halves, axis=1).round().astype(np.uint8)).save(target, "png")
    return f"data:image/png;base64,{base64.b64encode(target.getvalue()).decode()}"


def cover(browser: Browser, edition: Edition) -> bytes:
    """Return the cover as a JPEG."""
    words = {"title": edition.title, "subtitle": edition.subtitle, "authors": ", ".join(edition.authors)}
    ground = {"surface": colours()["surface"], "ink": colours()["ink"], "soft": colours()["ink-soft"]}
    told = {name: escape(text) for name, text in words.items()} | ground
    page = browser.new_page(viewport=SIZE, device_scale_factor=2)
    html = Template(PAGE.read_text("utf-8")).substitute(told, picture=drawing(), kernel=KERNEL.read_text("utf-8"))
    page.set_content(html, wait_until="load")
    taken = page.screenshot(type="jpeg", quality=85)
    page.close()
    return taken
