#!/usr/bin/env bash
# From feedback to a promoted version, and back by rollback, on eight conditions: minutes on one core.
#
#   examples/feedback-to-promotion.sh [FOLDER]     a new folder, worked-example by default
#
# docs/worked-example.md shows what it prints. `workup` has to be on the path, with workup[learning].
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-worked-example}
mkdir "$folder"
cd "$folder"
unset DATABASE_URL DATABASE_URL_FILE MLFLOW_TRACKING_URI
export HF_HUB_OFFLINE=1 COLUMNS=110

step() { # shows a command, runs it, and goes on whatever its exit status, which it tells
  printf '\n$ %s\n' "$1"
  eval "$1" || printf '(exit status %s)\n' "$?"
}

# A small world: eight conditions of the case book, and a recipe that learns them.
python - <<'PYTHON'
import json
from pathlib import Path

from workup.clinic.cases import rows

KNOWN = {
    "Acute appendicitis", "Acute myocardial infarction", "Gout", "Graves disease",
    "Migraine", "Pneumonia", "Psoriasis", "Ureteral stone",
}
cases = [json.dumps(row.values) for row in rows() if row.values["diagnosis"] in KNOWN]
Path("cases.jsonl").write_text("\n".join(cases))
PYTHON

cat > released.py <<'PYTHON'
import json

from workup.learning.release import released
from workup.learning.store import opened

with opened() as session:
    for case in released(session):
        print(json.dumps({"findings": case.text, "diagnosis": case.diagnosis}))
PYTHON

cat > first.yaml <<'YAML'
base: builtin
data: {source: cases.jsonl, split: column, split_column: use, accepted: aliases}
prompt: {prefix: "medical diagnosis: ", template: "{findings} What is the most likely diagnosis?"}
target: {template: "{diagnosis}"}
tokens: {source_length: 256, target_length: 32}
training: {epochs: 10, batch_size: 8, learning_rate: 1e-3, optimizer: adafactor, checkpoint_every: never}
generation: {num_beams: 1, max_new_tokens: 16}
notice: An example on eight conditions, not a doctor.
YAML

echo "== The first version: refused, then let through for a stated reason"
step 'workup train first.yaml --out runs/first'
step 'workup models publish runs/first --note "eight conditions"'
step 'workup models promote general'
step 'workup models promote general --override "a rehearsal on invented cases, nothing else serves yet"'

# From here on the registry asks golden cases of its own: two of the small world, instead of every specialty's.
cat > registry/golden.yaml <<'YAML'
cases:
  - id: skin
    specialty: Dermatology
    diagnosis: Psoriasis
    text: M 38. Itchy silvery scaly plaques on both elbows and the scalp for two years, worse in winter. Pitted nails.
  - id: heart
    specialty: Cardiology
    diagnosis: Acute myocardial infarction
    flags: [heart-attack]
    text: M 63. Crushing central chest pain into the left arm and jaw, sweating. ECG ST elevation in II, III and aVF.
YAML

echo; echo "== Feedback on its answers, into quarantine"
cp "$here/feedback.jsonl" .
step 'workup learn intake feedback.jsonl --from "St Ann"'
step 'workup learn review'

echo; echo "== Two reviewers: the one that is suspected has a wrong label, the last is nothing to learn from"
{
  echo "correct Gout; tophus, big toe"
  for _ in 1 2 3 4 5 6 7 8; do echo "accept textbook"; done
  echo "reject no condition that it should learn"
} > decisions.txt
step 'workup learn review --as "Dr A" < decisions.txt | tail -1'
step 'workup learn review --as "Dr B" < decisions.txt | tail -1'
step 'workup learn review --item 9'
step 'workup learn status'

echo; echo "== The released cases as further training rows, and the second version"
step 'python released.py > released.jsonl; wc -l released.jsonl'
step 'workup train first.yaml --set data.extra_source=released.jsonl --out runs/second'
step 'workup examine runs/second'
step 'workup models publish runs/second --again --note "and nine cases of feedback"'

echo; echo "== The gates, the promotion, and the way back"
step 'workup models compare general@1 general@2'
step 'workup models promote general --why "nine cases of feedback"'
step 'workup models list'
step 'workup models rollback general --why "odd answers to rashes; we look first"'
step 'workup models list general'
step 'workup models verify'
