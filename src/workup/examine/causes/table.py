"""What follows from what: the one literal table by which findings are traced back to their causes."""

from __future__ import annotations

from workup.examine.measurements.learned import UNLEARNED

# Of the output these say only what the answers look like; the others find a cause that stands there.
LOOKS = frozenset({"OUT001", "OUT002", "OUT003", "OUT004", "OUT005", "OUT006", "OUT007", "OUT012"})

# What the checks and crashes on the right find can follow from the fault that the check on the left finds.
# The checks themselves say more of this kind: `after`, by which a consequence is not looked for at all, and
# `explains`. Each line holds for a reason that the page of its check gives.
FOLLOWS: dict[str, tuple[str, ...]] = {
    # environment
    "ENV001": ("TRA013", "TRA014"),
    "ENV002": ("ENV003", "ENV004", "MOD008", "MOD009", "TRA007", "TRA008", *UNLEARNED),
    "ENV003": ("CRA013", "MOD008", "TRA007", *UNLEARNED),
    "ENV004": ("CRA013", "MOD008", "TRA007", *UNLEARNED),
    "ENV006": ("MOD001", *UNLEARNED),
    "ENV007": ("MOD001", *UNLEARNED),
    "ENV008": ("CRA056", "GEN001", "GEN010"),
    # input
    "INP001": ("INP002", "INP003", "OUT001", "OUT006"),
    "INP002": ("OUT006", "TRA008"),
    "INP003": ("OUT006",),
    "INP004": ("OUT006", "TRA007", "TRA008"),
    "INP008": ("OUT006", "TRA008"),
    "INP009": ("OUT001", "OUT003", "OUT004", "OUT005", "OUT006", "OUT007"),
    # tokenization
    "TOK001": ("OUT012",),
    "TOK002": ("INP002", "OUT006", "OUT012", "TOK001"),
    "TOK003": ("INP002", "INP005", "INP006", "OUT006", "TRA008"),
    "TOK004": ("OUT005", "OUT007", "OUT012"),
    "TOK005": ("OUT005",),
    "TOK006": ("OUT001", "OUT005"),
    "TOK007": (*UNLEARNED, "OUT008"),
    "TOK008": ("CRA046", "MOD004", *UNLEARNED),
    "TOK009": ("INP002", "INP005", "INP006", "INP007", "TOK001", "TOK002", *UNLEARNED),
    "TOK010": ("OUT001", "OUT007", "OUT008"),
    "TOK011": ("TOK001", "TOK007", *UNLEARNED),
    # batching
    "BAT001": ("BAT002", "CRA034", "CRA039"),
    "BAT002": ("CRA034", "CRA042"),
    "BAT003": ("OUT001", "OUT002", "OUT005", "OUT007", "TRA008", "TRA014"),
    "BAT004": ("OUT005",),
    "BAT005": (*UNLEARNED, "OUT008", "TRA008"),
    "BAT006": ("OUT001", "OUT007", "OUT008", "OUT012"),
    "BAT007": ("GEN007", "OUT006"),
    "BAT008": ("GEN007", "OUT006"),
    "BAT009": (*UNLEARNED, "INP003", "MOD009"),
    "BAT010": UNLEARNED,
    "BAT011": (*UNLEARNED, "BAT002", "CRA040"),
    "BAT012": ("CRA041",),
    "BAT013": ("GEN001", "OUT004", "OUT005", "OUT007"),
    "BAT014": UNLEARNED,
    # model
    "MOD001": (*UNLEARNED, "MOD015"),
    "MOD002": (*UNLEARNED, "OUT008"),
    "MOD003": ("OUT001", "OUT005", "OUT007"),
    "MOD004": ("CRA046", *UNLEARNED),
    "MOD005": UNLEARNED,
    "MOD006": (*UNLEARNED, "OUT008"),
    "MOD008": UNLEARNED,
    "MOD009": UNLEARNED,
    "MOD010": UNLEARNED,
    "MOD011": UNLEARNED,
    "MOD012": ("CRA045",),
    "MOD013": UNLEARNED,
    "MOD014": (*UNLEARNED, "MOD001", "MOD015"),
    "MOD015": UNLEARNED,
    # training
    "TRA001": ("TRA008", *UNLEARNED),
    "TRA002": ("TRA008", "TRA013", *UNLEARNED),
    "TRA003": ("TRA008", "TRA013", *UNLEARNED),
    "TRA004": ("MOD008", "TRA007", "TRA008", "TRA013", *UNLEARNED),
    "TRA005": ("MOD009", "TRA008", "TRA013", *UNLEARNED),
    "TRA006": ("MOD009", "TRA008", *UNLEARNED),
    "TRA007": ("MOD008", *UNLEARNED),
    "TRA008": UNLEARNED,
    "TRA009": ("MOD009", "TRA008", "TRA013", *UNLEARNED),
    "TRA010": UNLEARNED,
    "TRA012": ("OUT006",),
    # generation
    "GEN001": ("OUT007", "OUT012"),
    "GEN002": ("OUT005",),
    "GEN003": ("OUT007", "OUT012"),
    "GEN004": ("OUT007", "OUT012"),
    "GEN005": ("OUT012",),
    "GEN006": ("OUT012",),
    "GEN008": ("OUT005", "OUT007"),
    "GEN009": ("CRA055",),
    "GEN010": ("CRA056", "GEN001", "OUT007"),
    # output
    "OUT010": ("CRA061",),
    "OUT011": ("OUT010",),
}

# What speaks against a fault: a model that has memorised its rows has learned enough, and a loss that runs
# away was not moved too little.
AGAINST: dict[str, tuple[str, ...]] = {
    "TRA001": ("TRA007", "TRA012"),
    "TRA002": ("TRA007", "TRA012"),
    "TRA003": ("TRA004", "TRA007", "TRA012"),
    "TRA004": ("TRA003", "TRA012"),
    "TRA005": ("TRA007", "TRA012"),
    "TRA006": ("TRA007", "TRA012"),
    "BAT009": ("TRA012",),
    "MOD011": ("TRA012",),
}
