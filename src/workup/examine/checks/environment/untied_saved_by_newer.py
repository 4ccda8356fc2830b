"""ENV006"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.generating import base_of
from workup.examine.measurements.trained_weights import T5_FAMILY, Head


@check("ENV006", "environment")
def untied_saved_by_newer(
    model: Any, model_type: str, output_head: Head | None, versions: Mapping[str, str]
) -> Finding | None:
    """A model with an output head of its own does not survive the way from transformers 5 to 4.

    What it checks
    Under transformers 5: whether a model of T5's family has an output head that differs from its embeddings,
    while its config says that both are tied, as transformers 5 writes it. Under transformers 4: whether a
    config shows that such a model was saved by transformers 5 and has lost its head on reading.

    Why it matters
    transformers 4 believes the config: it puts the embeddings in the place of the head and scales the output.
    There is no message, and every answer is wrong.

    Evidence
    The version, and what the config says.

    Example
    Wrong: fine-tune FLAN-T5 under transformers 5 and serve the folder under 4.57. Right: write
    `"tie_word_embeddings": false` into the config.json of the copy that transformers 4 reads.

    Remedy
    Serve with the version that trained, or set `tie_word_embeddings` to false in the saved config.json.

    When it is harmless
    Where training and serving both use transformers 5, which compares the two matrices on reading.

    Known limits
    Under transformers 4 it is seen for T5 only: configs of mT5 do not tell.

    Sources
    https://github.com/huggingface/transformers/pull/42815. Measured on tiny models; the test of this check
    repeats the part that the installed version shows.
    """
    major = str(versions.get("transformers", "")).partition(".")[0]
    config = getattr(base_of(model), "config", None)
    tied = getattr(config, "tie_word_embeddings", None) is True
    if model_type not in T5_FAMILY or output_head is None or not tied or not major.isdigit():
        return None
    evidence = {
        "transformers": versions["transformers"],
        "tie_word_embeddings": True,
        "head equals embeddings": output_head.equal,
    }
    if int(major) >= 5 and not output_head.equal:
        return Finding(
            Severity.NOTE,
            f"this {model_type} has an output head of its own and a config that says it has none: saved by "
            f"transformers {versions['transformers']}, it is read wrongly by transformers 4",
            # Where the output is scaled, "false" in the file would end that too.
            Remedy(
                "serve it with transformers 5, or correct the saved config.json",
                code="" if getattr(config, "scale_decoder_outputs", False) else _CORRECTION,
            ),
            evidence,
        )
    if int(major) < 5 and getattr(config, "scale_decoder_outputs", None) is False:
        return Finding(
            Severity.ERROR,
            f"this {model_type} was saved by transformers 5 with an output head of its own; transformers "
            f"{versions['transformers']} has put the embeddings in its place and scales the output",
            Remedy("load it with transformers 5, or correct the saved config.json", code=_CORRECTION),
            {**evidence, "scale_decoder_outputs": False},
        )
    return None


_CORRECTION = (
    'path = folder / "config.json"; config = json.loads(path.read_text()); '
    'config["tie_word_embeddings"] = False; path.write_text(json.dumps(config))'
)
