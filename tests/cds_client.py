"""An invented CDS Hooks client: its keys, and what it signs."""

import json
import time
from uuid import uuid4

from signed_tokens import ec_key, public, rsa_key, signed, write

ISSUER = "https://ehr.example.org"
SERVICE = "http://127.0.0.1:8000/cds-services/differential-patient-view"
EC_KEY, RSA_KEY, STRANGER = ec_key(), rsa_key(), ec_key()


def trusted(folder):
    """The file of trusted clients, with both keys of the client."""
    write(folder / "keys.json", public(EC_KEY, "ec"), public(RSA_KEY, "rsa"))
    (folder / "clients.json").write_text(json.dumps({ISSUER: "keys.json"}))
    return folder / "clients.json"


def token(key=EC_KEY, algorithm="ES384", kid="ec", **changes):
    """A good token, unless a claim is given otherwise; None leaves one out."""
    own = {"iss": ISSUER, "aud": SERVICE, "iat": int(time.time()), "jti": str(uuid4())}
    return signed(key, kid, algorithm, **{**own, "exp": int(time.time()) + 300, **changes})
