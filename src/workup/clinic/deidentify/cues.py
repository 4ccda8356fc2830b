"""What announces a name, stands after one, or is one by its form: the cues and patterns of `names`."""

from __future__ import annotations

import re
from enum import Enum

from workup.clinic.deidentify.rules import Cue, Rule
from workup.clinic.deidentify.words import INITIAL, LETTER, WORD, is_word_name


class Proof(Enum):
    """What the first word of a name must be."""

    NONE = "anything capitalised: after a title, or the label Name"
    RARE = "no word of notes at all, though it be a name too: where nothing but the place speaks for a name"
    FREE = "neither plain English nor an eponym nor a country: after kin, roles, signatures"
    LISTED = "that, and one of the words a listed name: after words that mostly stand before something else"


PARTICLE = r"(?:de|da|do|dos|das|del|della|di|du|van|von|der|den|la|le|el|al|bin|ibn|bint|ben|ter|ten|zu|y)"
_PARTICLES = rf"(?:{PARTICLE} ){{0,2}}"
_GAP = r"(?:[ \t\u00a0]{1,2}|[ \t]?\r?\n[ \t]{0,8})"
_PART = rf"(?:{INITIAL}|(?:al-)?{WORD})"
_BARE_INITIALS = rf"(?:[A-Z]{{1,2}} (?={WORD}))?"
_NAME = rf"(?P<x>{_BARE_INITIALS}{_PARTICLES}{_PART}(?:,?{_GAP}{_PARTICLES}{_PART}){{0,3}})"

TITLES = Cue(
    "mr|mrs|ms|mx|miss|mme|mlle|dr|drs|prof|professor|doctor|herr|frau|señor|señora|senor|senora|monsieur"
    "|madame"
    "|signor|signora|mister|missus|cllr|sheikh|alhaji|alhaja|shri|smt|fr|srta|dra|engr"
)
_LABELS = Cue(
    "name|patient name|pt name|full name|first name|last name|given name|family name|middle name"
    "|maiden name|client name|surname|forename|forenames|my name is|name is|patient's name|preferred name"
    "|mother's name"
    "|father's name|next of kin name|known as|likes to be called|prefers to be called|goes by|go by|née|nee"
    "|aka|a.k.a."
)
ROLES = Cue(
    "daughter|granddaughter|son|grandson|mother|grandmother|father|grandfather|wife|husband|brother|sister"
    "|partner|twin|carer|caregiver|friend|neighbour|neighbor|aunt|uncle|niece|nephew|mum|mom|dad|guardian"
    "|cousin|fiancé|fiancée|fiance|fiancee|girlfriend|boyfriend|baby|colleague|interpreter|paramedic|crew"
    "|stepson|stepdaughter|stepfather|stepmother|grandma|grandpa|granny|grandad|nan|nana|auntie|aunty|sis"
    "|bro|spouse"
    "|flatmate|housemate|roommate|landlord|landlady|teacher|headteacher|coach|solicitor|lawyer|advocate"
    "|caller|claimant"
    "|employee|subject|informant|escort|witness|donor|recipient|fellow|care coordinator|case manager"
    "|key worker"
    "|health visitor|cpn|sho|fy1|fy2|f1|f2|reg|cons|anaesthetist|anesthetist|radiologist|pathologist"
    "|assistant|operator"
    "|cardiologist|neurologist|oncologist|psychiatrist|psychologist|dentist|optician|warden|manager|sw|hca"
    "|cns|anp|cna"
    "|paediatrician|pediatrician|obstetrician|gynaecologist|haematologist|urologist|hygienist|counsellor"
    "|counselor"
    "|mother of|father of|son of|daughter of|wife of|husband of|parent of|widow of|carer for|sr|staff nurse"
    "|pastor"
    "|nurse|midwife|matron|rev|reverend|imam|rabbi|chaplain|surgeon|registrar|spr|consultant|physio"
    "|physiotherapist|pharmacist|dietitian|therapist|social worker|sir|lady|officer|constable|pc|sgt"
)
_DOINGS = Cue(
    "named|called|known as|signed|signed by|signed off by|dictated by|typed by|seen by|reviewed by"
    "|referred by|examined by|accompanied by|d/w|discussed with|spoke to|spoke with|met with|handover to"
    "|handover from|dear|gp|pcp|attending|physician|clinician|author|nok|next of kin|contact"
    "|emergency contact|keyworker|sincerely|faithfully|regards|wishes|thanks|cheers|love|ta|thx|ty|kr|br|bw"
    "|yours|truly"
    "|sig|sgd|signature|e-signed by|electronically signed by|transcribed by|typed|dictated|reported by"
    "|reported|verified by"
    "|authorised by|authorized by|attested by|written by|completed by|entered by|recorded by|prepared by"
    "|witnessed by"
    "|requested by|performed by|administered by|given by|checked by|assessed by|assisted by|taken by"
    "|escorted by|brought by"
    "|seen w/|seen with|d/w|w/|reviewed with|discussed w/|disc with|spoken to|spoken with|t/c|tc from|tc to"
    "|call from"
    "|phone call from|message from|letter from|email from|care of|c/o|attn|fao|under the care of"
    "|named nurse|referring"
    "|requesting|surgeon|consultant|copies|copy to|copies to|updated|informed|emailed|phoned|rang|texted"
    "|visited|notified"
)
_WEAK = Cue(
    "patient|pt|client|resident|re|cc|to|from|hi|hello|hey|i am|i'm|this is|ask for|under|for|with|by|told"
    "|saw|asked|and|met|contacted|between|via|about|helped by|visited by|bcc|per|plus|hi there|morning"
    "|good morning"
)
_POST = (
    r"(?:MD|RN|MBBS|MBChB|FRC[PSAR]|MRC[PS]|MRCGP|NP|PA-C|PhD|LPN|CNA|RGN|FY[12]|SHO|SpR|FRCPath|FAC[PS]"
    r"|BDS|DDS|MRCOG|MRCPCH"
    r"|MRCPsych|RMN|RM|HCA|ANP|ACP|PharmD|CNM|CRNA|DNP|FNP|APRN|BSN|MSN|LCSW|MSW|RPh|CNS|[SC]T[1-8]"
    r"|PGY-?\d)\b"
)
# What a person is, written after the name: "L. Castle, registrar", "Ngozi (daughter)".
_PERSONS = Cue(
    "registrar|consultant|midwife|nurse|sister|physio|physiotherapist|pharmacist|paramedic|surgeon"
    "|physician|dietitian"
    "|daughter|son|wife|husband|mother|father|brother|partner|niece|nephew|aunt|uncle|cousin|mum|mom|dad"
    "|carer|caregiver"
    "|neighbour|neighbor|friend|grandson|granddaughter|grandmother|grandfather|nok|interpreter|solicitor"
    "|chaplain|secretary"
    "|radiologist|pathologist|anaesthetist|anesthetist|psychologist|psychiatrist|counsellor|therapist"
    "|teacher|sho|gp|hca"
    "|cardiologist|neurologist|optometrist|audiologist|coordinator|co-ordinator|receptionist|student"
)
_IS_PERSON = (
    rf"(?:,\s|\s?\(|\s[-–]\s)(?i:(?:the |his |her |my |pt's |patient's "
    rf"|a )?(?:\w{{3,14}} ){{0,2}})(?:{_PERSONS.either})"
)
_ACTS = Cue(
    "rang|phoned|texted|emailed|says|said|told|asked|asks|wants|lives|drove|agrees|agreed|attended|attends"
    "|visits|visited|insists"
    "|complains|slept|ate|cried|wept|smokes|drinks|thinks|in bay|in bed|in side room|remembers|mobilised"
)
_AGED = (
    r"(?:,? \(?|,\s)(?:aged? )?(?:\d{1,3} ?(?:[MFmf]\b|/ ?[MF]\b|y/?o\b|yrs?\b|years? old|y\b|-year)"
    r"|[MF],? ?\d{1,3}\b)"
)

_BEFORE_NAME = (
    (Proof.NONE, TITLES, rf"\.?{_GAP}(?:(?:Dr|Prof|med)\b\.? )?"),
    (Proof.NONE, _LABELS, r"\s{0,2}[:=]?\s{1,3}"),
    (Proof.FREE, ROLES, r"(?:,|:| is| called| named|\)| ?\()?\s?(?<=[\s(])"),
    (Proof.FREE, _DOINGS, r"[:,]?\s{1,3}"),
    (Proof.LISTED, _WEAK, r"[:,]?\s{1,3}"),
)
CUED = (
    *(
        (proof, Rule("NAME", re.compile(cue.pattern + between + _NAME), cue=cue))
        for proof, cue, between in _BEFORE_NAME
    ),
)
_LOWER_WORD = rf"(?P<x>(?![A-Z]){LETTER}{{3,30}}(?: (?![A-Z]){LETTER}{{3,30}})?)"
LOWER_TITLES = Cue("mr|mrs|dr|prof|miss|ms|doctor|drs")
_LOWER_KIN = Cue(
    "sister|nurse|matron|sr|daughter|son|wife|husband|mother|father|brother|partner|mum|mom|dad|aunt|uncle"
    "|auntie|aunty|friend"
    "|neighbour|neighbor|carer|niece|nephew|cousin|grandson|granddaughter|its|it's|this is|i'm|i am|im"
    "|my name is|name is|named"
    "|called|thanks|cheers|regards|love|ta|hi|hello|dear|from|w/|with|d/w|seen by|spoke to|d/w|by|for|told"
    "|saw|asked|and|gp|cc"
)
LOWER = (
    Rule("NAME", re.compile(rf"{LOWER_TITLES.pattern}\.? {_LOWER_WORD}(?![\w-])"), cue=LOWER_TITLES),
    Rule("NAME", re.compile(rf"{_LOWER_KIN.pattern},?\s{_LOWER_WORD}(?![\w-])"), cue=_LOWER_KIN),
    Rule(
        "NAME",
        re.compile(
            rf"(?:^|(?<=[.;!?] )){_LOWER_WORD} (?=from|rang|phoned|called|here|says|said|texted|emailed"
            rf"|wants)",
            re.MULTILINE,
        ),
    ),
)
INITIALS = Rule(
    "NAME",
    re.compile(
        rf"{(_INITIALLED := Cue('initials|initialled|initialed|pt initials')).pattern}:?\s(?P<x>[A-Z]\.?"
        rf"(?:[ -]?[A-Z]\.?){{1,2}})(?!\w)"
    ),
    cue=_INITIALLED,
)
UPPER_SURNAME = re.compile(
    rf"(?<![\w@.-])(?P<x>(?P<surname>[A-ZÀ-Þ][A-ZÀ-Þ'’-]{{2,20}})"
    rf"(?:, (?P<given>{WORD})(?: {_PART})?|(?P<initials> [A-Z]{{1,2}}(?=, ?\d))?))"
    rf"(?P<aged>{_AGED}|(?=,? \d{{1,3}} ?[MF]\b))?"
)
IS_POST = re.compile(_POST)
RUN = re.compile(rf"(?<![\w@.-]){_NAME}")
# What follows a name and says that it was one; and where it must stand for that.
PROVES = re.compile(rf",?\s\(?{_POST}|{_IS_PERSON}|\s{_ACTS.either}")
PROVES_FIRST = re.compile(_AGED)
FIRST = re.compile(r"(?:^|[\n.;:|>(]\s?|\b[Rr]e:? |\b[Pp]t:? )$")
SIGNED = re.compile(r"(?:\n|^)[ \t]*(?:[-–—~]{1,3}|x{1,3}) ?$| [-–—] $")
LINE_ENDS = re.compile(r"[ \t]*(?:\r?\n|$|[,(])")
_AFTER_KIN = Cue(
    "daughter|granddaughter|son|grandson|mother|father|wife|husband|brother|sister|partner|twin|carer"
    "|friend|neighbour|neighbor"
    "|aunt|uncle|niece|nephew|mum|mom|dad|cousin|girlfriend|boyfriend|with|w/|by|and|from|nurse|told|saw"
    "|named|called|for"
)
WORD_NAME = Rule(
    "NAME",
    re.compile(
        rf"{_AFTER_KIN.pattern},? (?P<x>{WORD})(?=\s*[.,;:)\n(]|['’]s|\s*$|\s(?:and|who|at|in|on|is|was|has"
        rf"|had|to|will|came)\b)"
    ),
    cue=_AFTER_KIN,
    holds=lambda match: match["x"][1:].islower() and is_word_name(match["x"]),
)
JOINED = re.compile(rf"(?:,? and | & | or |/| \+ | [|] )(?P<x>{_PART}(?: {_PART})?)")
MORE = re.compile(rf"\[NAME\](?P<x>(?:{JOINED.pattern.replace('?P<x>', '?:')})+)")
BEFORE_FOUND = re.compile(rf"(?<![\w@.-])(?P<x>{WORD}) \[NAME\]")
CUES = frozenset[str]().union(
    *(rule.words for _, rule in CUED), *(rule.words for rule in (*LOWER, INITIALS, WORD_NAME))
)

ONE_WORD = re.compile(WORD)
PIECE = re.compile(_PART)
WHOLE = re.compile(_NAME)
INITIALED = re.compile(rf"{INITIAL}(?<![\w@.-]..) ?(?P<surname>{WORD})")
OPENS = re.compile(r"(?:^|[\n(:;,&+–-]\s?|\b(?:by|with|to|from|and|for|w/|d/w|[Dd]r\.?) )$")
SURNAME_FIRST = re.compile(
    rf"(?<![\w@.'’-])(?P<surname>{LETTER}(?:{LETTER}|['’-]){{2,30}})"
    rf"(?=, (?P<given>{LETTER}{{3,30}})(?![\w@'’-]))"
)
