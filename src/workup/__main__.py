"""`python -m workup`, the form that `accelerate launch -m workup` needs."""

from workup.cli import main

main()
