"""What every answer of the clinic says about itself."""

INTENDED_USE = (
    "Research software, not a medical device. It answers textbook-typical, invented cases; nothing here "
    "claims clinical performance, and no decision about a patient may rest on it."
)
