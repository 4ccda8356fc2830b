"""MOD005"""

from __future__ import annotations

import re
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.batches import Sample, ids, live
from workup.examine.measurements.weights import Setting

# mBART's "de_DE", NLLB's "deu_Latn", M2M100's "__de__".
_CODE = re.compile(r"[a-z]{2}_[A-Z]{2}|[a-z]{3}_[A-Z][a-z]{3}|__[a-z]{2,3}__")
# A few rows in another language may be meant; more than half of them decide what is learned.
_MOST = 0.5


@check("MOD005", "model")
def language_code_missing(
    model: Any, tokenizer: Any, sampled_rows: Sample, special_ids: dict[str, Setting]
) -> Finding | None:
    """A multilingual model is not told which language to write.

    What it checks
    With a tokenizer of languages (mBART, NLLB, M2M100): whether the labels carry the code of the target
    language, and whether generation is made to begin with it.

    Why it matters
    Such a model writes in the language of the first token of its answer. Without it, or with the code of the
    source, answers come in the wrong language.

    Evidence
    The code that the labels carry, the tokenizer's languages, and what generation begins with.

    Example
    Wrong: `tokenizer(targets)`. Right: `tokenizer(text_target=targets)` with `tgt_lang` set, and
    `model.generation_config.forced_bos_token_id = tokenizer.convert_tokens_to_ids("de_DE")`.

    Remedy
    Set `tgt_lang` before tokenizing the targets, and `forced_bos_token_id` for generation.

    When it is harmless
    After long training on one language the model begins with its code by itself.

    Known limits
    mT5 and umT5 have no codes and are not judged. At most 2000 rows are looked at.

    Sources
    https://github.com/huggingface/transformers/issues/19500
    https://github.com/huggingface/transformers/issues/8534
    """
    codes = _codes(tokenizer)
    labels = [row for row in (live(ids(row.get("labels"))) for row in sampled_rows.rows) if row]
    if not codes or not labels or not getattr(getattr(model, "config", None), "is_encoder_decoder", False):
        return None
    # mBART of 2020 writes the code behind the end and begins the decoder with it.
    firsts = [row[0] if row[0] in codes else row[-1] for row in labels]
    usual = max(set(firsts), key=firsts.count)
    leads = sum(row[0] in codes for row in labels) > _MOST * len(labels)
    setting = special_ids["forced_bos_token_id" if leads else "decoder_start_token_id"]
    begins = setting.in_generation
    source, target = getattr(tokenizer, "src_lang", None), getattr(tokenizer, "tgt_lang", None)
    evidence = {
        "code in the labels": codes.get(usual),
        "source": source,
        "target": target,
        "generation begins with": codes.get(begins, begins) if isinstance(begins, int) else begins,
    } | sampled_rows.evidence
    without = sum(first not in codes for first in firsts)
    if without > _MOST * len(labels):
        told = f"{without} of {len(labels)} targets carry no code of a language"
    elif target and source != target and codes[usual].strip("_") == str(source).strip("_"):
        told = f"{firsts.count(usual)} of {len(labels)} targets carry the source's code {codes[usual]}"
    elif begins is None:
        told = f"targets carry the code {codes[usual]}, and generation is not told to begin with any"
    else:
        return None
    name = "forced_bos_token_id" if leads else "decoder_start_token_id"
    return Finding(
        Severity.WARNING,
        told,
        Remedy(
            "set tgt_lang before tokenizing the targets, and let generation begin with its code",
            code=f"model.generation_config.{name} = tokenizer.convert_tokens_to_ids(tokenizer.tgt_lang)",
        ),
        evidence,
    )


def _codes(tokenizer: Any) -> dict[int, str]:
    """The ids of the codes of languages; empty for a tokenizer without languages."""
    if not hasattr(tokenizer, "tgt_lang"):
        return {}
    special = zip(getattr(tokenizer, "all_special_tokens", ()), tokenizer.all_special_ids, strict=False)
    found = {int(token): str(text) for text, token in special if _CODE.fullmatch(str(text))}
    # M2M100 keeps its codes apart from the special tokens in some versions.
    apart = getattr(tokenizer, "lang_token_to_id", None) or getattr(tokenizer, "lang_code_to_id", None)
    return found | {int(token): str(text) for text, token in dict(apart or {}).items()}
