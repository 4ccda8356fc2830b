import pytest
import torch

IDS = torch.tensor([[5, 6, 1]])


def test_a_token_beyond_the_embedding_is_told_with_its_number(explained, t5, tokenizer):
    tokenizer.add_tokens(["<new>"])
    ids = tokenizer("a <new> stone", return_tensors="pt")["input_ids"]
    finding = explained(lambda: t5(input_ids=ids, labels=IDS), tokenizer=tokenizer)
    assert (finding.code, finding.stage) == ("CRA046", "tokenization")
    assert "the largest token id is 352 ('<new>'), and the embedding has only 352 rows" in finding.summary
    exec(finding.remedy.code, {"model": t5})
    assert torch.isfinite(t5(input_ids=ids, labels=IDS).loss)


def test_a_token_of_another_tokenizer_is_told_apart(explained, t5, tokenizer):
    finding = explained(lambda: t5(input_ids=IDS + 9000, labels=IDS), tokenizer=tokenizer)
    assert "AutoTokenizer.from_pretrained" in finding.remedy.code


def test_ignored_labels_as_decoder_inputs_are_told_apart(explained, t5):
    labels = torch.tensor([[5, 1, -100]])
    finding = explained(lambda: t5(input_ids=IDS, decoder_input_ids=labels, labels=labels))
    assert (finding.code, finding.stage) == ("CRA044", "batching")
    assert "the id -100 was given to the model" in finding.summary


@pytest.mark.parametrize("side", ["source", "target"])
def test_an_input_longer_than_the_positions_is_told_apart(explained, bart, side):
    ids, long = torch.full((1, 30), 5), torch.full((1, 300), 5)
    given = {"input_ids": long, "labels": ids} if side == "source" else {"input_ids": ids, "labels": long}
    finding = explained(lambda: bart(**given))
    assert finding.code == "CRA045"
    assert "an input has 300 tokens, and the model has positions for 128" in finding.summary
    assert "max_length=128" in finding.remedy.code
    assert torch.isfinite(bart(**{name: value[:, :128] for name, value in given.items()}).loss)


def test_a_label_beyond_the_vocabulary_is_told(explained, t5):
    finding = explained(lambda: t5(input_ids=IDS, labels=torch.tensor([[5, 9000]])))
    assert finding.code == "CRA047"
    assert "the largest label is 9000, and the vocabulary of the model has only 352 rows" in finding.summary


def test_an_index_of_ones_own_is_not_explained(explained):
    def own():
        raise IndexError("index out of range in self")

    assert explained(lambda: [1, 2][5]) is None
    assert explained(own) is None


def test_frozen_weights_are_counted(explained, trainer, t5):
    t5.requires_grad_(False)
    finding = explained(trainer().train)
    assert finding.code == "CRA048"
    assert "all 26 weights are frozen" in finding.summary
    assert finding.remedy.code == "model.requires_grad_(True)"


def test_a_loss_without_a_gradient_is_told_apart_from_frozen_weights(explained, t5):
    def train():
        with torch.no_grad():
            loss = t5(input_ids=IDS, labels=IDS).loss
        loss.backward()

    assert "torch.no_grad()" in explained(train, model=t5).summary


def test_checkpointing_at_a_frozen_embedding_is_told_apart(explained, t5):
    t5.shared.requires_grad_(False)
    t5.gradient_checkpointing_enable()

    def train():
        t5(input_ids=IDS, labels=IDS).loss.detach().backward()

    assert explained(train, model=t5).remedy.code == "model.enable_input_require_grads()"


def test_an_optimizer_of_nothing_is_told(explained, t5):
    t5.requires_grad_(False)
    wanted = [weight for weight in t5.parameters() if weight.requires_grad]
    assert explained(lambda: torch.optim.AdamW(wanted)).code == "CRA049"


def test_gradients_in_fp16_are_told(explained, t5):
    t5.half()
    scaler = torch.amp.GradScaler("cpu")
    optimizer = torch.optim.SGD(t5.parameters(), 1e-3)
    scaler.scale(t5(input_ids=IDS, labels=IDS).loss).backward()
    assert explained(lambda: scaler.unscale_(optimizer)).code == "CRA050"


def test_mixed_precisions_are_told(explained, t5):
    t5.lm_head.half()
    assert explained(lambda: t5(input_ids=IDS, labels=IDS)).code == "CRA051"


def test_nan_in_the_weights_is_told_when_it_reaches_sampling(explained, t5):
    t5.shared.weight.data.fill_(float("nan"))
    finding = explained(lambda: t5.generate(input_ids=IDS, do_sample=True, max_new_tokens=3))
    assert (finding.code, finding.stage) == ("CRA052", "model")
