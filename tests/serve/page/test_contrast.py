"""Contrast of the colours by WCAG 2.2: 4.5 to 1 for text (1.4.3), 3 to 1 for edges and bars (1.4.11)."""

import re

import pytest

from workup.serve.page.rendering import static

TEXT, SHAPE = 4.5, 3.0
# What stands on what.
TEXTS = [
    *((ink, ground) for ink in ("ink", "dim") for ground in ("paper", "card", "well")),
    *(("accent", ground) for ground in ("paper", "card", "well", "accent-tint")),
    ("on-accent", "accent"),
    ("on-banner", "banner"),
    *(("ink", ground) for ground in ("alarm-tint", "warn-tint", "good-tint", "accent-tint")),
    *(("alarm", ground) for ground in ("card", "well", "alarm-tint")),
    *(("warn", ground) for ground in ("card", "warn-tint")),
    *(("good", ground) for ground in ("card", "well", "good-tint")),
    ("dim", "alarm-tint"),
]
SHAPES = [
    *(("edge", ground) for ground in ("card", "well", "paper", "good-tint")),
    *((bar, ground) for bar in ("accent", "good", "alarm") for ground in ("card", "track")),
    ("fill", "card"),
    ("banner", "paper"),
]


def palettes():
    css = static("style.css").decode()
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in blocks(css))
    return {"light": light, "dark": {**light, **dark}}


def blocks(css):
    return re.findall(r":root \{(.*?)\}", css, re.DOTALL)


def luminance(colour):
    """Relative luminance (WCAG 2.2) of a colour such as #0f5a69."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_contrast_is_computed_as_wcag_has_it():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_text_and_shape_can_be_told_from_its_ground(mode):
    colours = palettes()[mode]
    weak = [
        f"{front} on {ground}: {contrast(colours[front], colours[ground]):.2f}"
        for pairs, least in ((TEXTS, TEXT), (SHAPES, SHAPE))
        for front, ground in pairs
        if contrast(colours[front], colours[ground]) < least
    ]
    assert not weak


def test_no_colour_stands_outside_the_palettes():
    css = static("style.css").decode().partition("/* --- ground */")[2].partition("@media print")[0]
    assert re.findall(r"#[0-9a-f]{3,6}\b", css) == ["#fff"]  # the paper of the drift picture
