"""MOD006"""

from __future__ import annotations

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.batches import Sample, ids, live
from workup.examine.measurements.weights import Setting

# Where at least half of the answers begin so, forcing it is a choice that somebody made.
_HALF = 0.5


@check("MOD006", "model")
def first_token_forced(special_ids: dict[str, Setting], sampled_rows: Sample) -> Finding | None:
    """Generation is forced to begin with a token that the targets do not begin with.

    What it checks
    Whether `forced_bos_token_id` is the first label of the rows.

    Why it matters
    The model says a token it has not learned to say there and goes on from a beginning it has never seen: the
    first word is doubled, wrong or missing.

    Evidence
    The forced token, and how many rows begin with it.

    Example
    Wrong: `forced_bos_token_id=0` beside labels made with `add_special_tokens=False`. Right: labels that
    begin with `<s>`, as BART's tokenizer makes them.

    Remedy
    Let labels begin with the forced token, or force none.

    When it is harmless
    Nearly always where the first label is the forced token; that is not reported.

    Known limits
    At most 2000 rows are looked at. Labels that begin with a token that is not forced are sound: it is
    learned.

    Sources
    https://github.com/huggingface/transformers/issues/3668
    https://github.com/huggingface/transformers/issues/15559
    """
    setting = special_ids["forced_bos_token_id"]
    forced = setting.in_generation
    labels = [live(ids(row.get("labels"))) for row in sampled_rows.rows]
    firsts = [row[0] for row in labels if row]
    if not isinstance(forced, int) or isinstance(forced, bool) or not firsts:
        return None
    same = firsts.count(forced)
    if same >= _HALF * len(firsts):
        return None
    return Finding(
        Severity.WARNING,
        f"generation is forced to begin with token {forced}; {same} of {len(firsts)} targets begin with it",
        Remedy(
            "force no first token, or let the labels begin with it",
            code="model.generation_config.forced_bos_token_id = None",
        ),
        {
            "forced": forced,
            "targets that begin with it": same,
            "usual first": max(set(firsts), key=firsts.count),
        }
        | sampled_rows.evidence,
    )
