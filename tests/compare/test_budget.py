from workup.compare.budget import Budget, budget, stated


def test_a_budget_counts_optimizer_steps_and_rows(colour_recipe):
    found = budget(colour_recipe)
    assert (found.steps, found.rows) == (12, 72.0)  # 18 rows in batches of 8, four times
    assert str(found) == "12 optimizer steps over 72 rows"


def test_equal_lengths_are_said_to_be_equal():
    same = Budget(12, 72)
    assert stated(same, same, same_texts=True) == (
        "Both sides: 12 optimizer steps over 72 rows; equal steps and equal tokens."
    )


def test_what_is_unequal_is_said():
    assert "Equal tokens, but not all" in stated(Budget(12, 72), Budget(24, 72), same_texts=True)
    assert "Equal optimizer steps, but not all" in stated(Budget(12, 72), Budget(12, 72), same_texts=False)
    assert "due to that alone" in stated(Budget(12, 72), Budget(24, 144), same_texts=True)


def test_early_stopping_makes_no_promise(colour_recipe):
    stopping = budget(colour_recipe.change("training.early_stopping", 2))
    assert "early stopping decides" in stated(stopping, stopping, same_texts=True)
    assert (Budget(1, 1) + stopping).at_most
