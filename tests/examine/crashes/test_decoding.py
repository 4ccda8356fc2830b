import numpy as np
import transformers

NEWER = int(transformers.__version__.partition(".")[0]) >= 5


def test_ignored_labels_are_counted(explained, tokenizer):
    finding = explained(lambda: tokenizer.batch_decode(np.array([[5, 6, -100, -100]])))
    assert (finding.code, finding.stage) == ("CRA061", "output")
    assert "2 of the 4 ids to decode are negative (-100)" in finding.summary
    mended = {"np": np, "ids": np.array([[5, -100]]), "tokenizer": tokenizer}
    exec(finding.remedy.code, mended)
    assert tokenizer.batch_decode(mended["ids"])


def test_ignored_labels_in_compute_metrics_are_told_with_its_line(explained, tokenizer, trainer, rows):
    def metrics(predicted):
        return {"texts": len(tokenizer.batch_decode(predicted.label_ids))}

    finding = explained(trainer(evaluation=rows, metrics=metrics).evaluate)
    assert finding.code == "CRA061"
    assert finding.place == f"{__file__}:{metrics.__code__.co_firstlineno + 1}"


def test_a_number_too_large_for_an_id_is_not_taken_for_an_ignored_label(explained, tokenizer):
    assert explained(lambda: tokenizer.decode([10**12])) is None


def test_an_overflow_of_ones_own_is_not_explained(explained):
    assert explained(lambda: (-100).to_bytes(2, "big")) is None
    assert explained(lambda: np.array([-1]).astype(object).item().to_bytes(1, "big")) is None


def test_scores_in_place_of_ids_are_told(explained, tokenizer, trainer, rows):
    def metrics(predicted):
        return {"texts": len(tokenizer.batch_decode(predicted.predictions[0]))}

    finding = explained(trainer(evaluation=rows, metrics=metrics).evaluate)
    assert finding.code == "CRA062"
    assert finding.evidence["predict_with_generate"] is False
    assert "predict_with_generate=True" in finding.remedy.code


def test_a_batch_given_to_decode_is_told_apart_where_it_fails(explained, tokenizer):
    if NEWER:
        assert tokenizer.decode([[5, 6], [7]]) == tokenizer.batch_decode([[5, 6], [7]])
    else:
        assert "batch_decode" in explained(lambda: tokenizer.decode([[5, 6], [7]])).remedy.code


def test_a_list_in_place_of_a_number_in_ones_own_code_is_not_explained(explained):
    assert explained(lambda: range([1])) is None


def test_predictions_in_a_tuple_are_told_with_their_shapes(explained, trainer, rows):
    def metrics(predicted):
        return {"best": float(np.argmax(predicted.predictions, axis=-1).mean())}

    finding = explained(trainer(evaluation=rows, metrics=metrics).evaluate)
    assert finding.code == "CRA063"
    assert finding.summary.startswith("the predictions are 2 arrays of the shapes [[4, ")
    assert "predictions[0]" in finding.remedy.code


def test_an_uneven_array_of_ones_own_is_not_explained(explained):
    assert explained(lambda: np.argmax([[1], [2, 3]])) is None
    assert explained(lambda: (1, 2).shape) is None


def test_metrics_that_are_no_dict_are_told(explained, trainer, rows):
    finding = explained(trainer(evaluation=rows, metrics=lambda predicted: 0.5).evaluate)
    assert finding.code == "CRA064"
    assert finding.summary == "compute_metrics returned a float in place of a dict"


def test_an_assignment_of_ones_own_that_fails_is_not_explained(explained):
    def own():
        (0.5)["a"] = 1

    assert explained(own) is None


def test_an_error_in_compute_metrics_of_another_kind_is_not_explained(explained, trainer, rows):
    def metrics(predicted):
        return {"x": {}["eval_loss"]}

    assert explained(trainer(evaluation=rows, metrics=metrics).evaluate) is None
