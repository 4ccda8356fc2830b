"""E-mail and web addresses, names in networks, telephone numbers.

Safe Harbor, 45 CFR 164.514(b)(2)(i)(D) to (F), (N) and (O). A short number is a telephone only after a cue
("bleep", "call back on"); without one only forms that no result has are taken.
"""

from __future__ import annotations

import re

from workup.clinic.deidentify.rules import Cue, Rule

_EMAIL = r"[\w.+'-](?<![\w.+'-].)[\w.+'-]{0,253}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}"
_PATH = r"[^\s<>\"\[\]]{0,2000}[^\s<>\"\[\].,;:!?)]"
_SIGN_AT = r"(?:\s?[(\[{]\s?(?i:at)\s?[)\]}]\s?|\s(?i:at)\s(?=[\w-]{1,63}\s(?i:dot)\s))"
_SIGN_DOT = r"(?:\.|\s?[(\[{]\s?(?i:dot)\s?[)\]}]\s?|\s(?i:dot)\s)"
_EMAIL_IN_WORDS = (
    rf"[\w.+'-](?<![\w.+'-].)[\w.+'-]{{0,63}}(?:\s(?i:dot)\s[\w-]{{1,63}})?{_SIGN_AT}[\w-]{{1,63}}"
    rf"(?:{_SIGN_DOT}[\w-]{{1,63}}){{1,5}}"
)
_EMAIL_INSIDE = r"[A-Za-z](?<![\w.+'-].)[\w+-]{0,40}\.[\w.+-]{1,40}@[A-Za-z][\w-]{1,40}(?![\w.])"
_ENDING = (
    r"\.(?:com|org|net|edu|gov|info|health|(?:co|nhs|org|ac|gov)\.uk|(?:com|org|gov|net|edu)\.(?:au|ng|in)"
    r"|(?:co|org|ac|gov)\.(?:nz|za|ke|in)|ie|ca|de|example|test)(?![\w@-])"
)
_URL = rf"(?i:https?|ftp)://{_PATH}|(?i:www)\.{_PATH}"
_DOMAIN = (
    rf"[A-Za-z0-9](?<![\w.@-].)[A-Za-z0-9-]{{0,62}}(?:\.[A-Za-z0-9-]{{1,63}}){{0,4}}{_ENDING}(?:/{_PATH})?"
)
_NETWORKS = Cue(
    "instagram|insta|ig|twitter|facebook|fb|whatsapp|telegram|tiktok|skype|snapchat|snap|discord|reddit"
    "|youtube|linkedin"
    "|wechat|messenger|signal|teams|zoom|mastodon|threads|bluesky|twitch|steam|xbox|psn|gamertag"
)
_HANDLE = (
    rf"{_NETWORKS.pattern}(?:\s(?i:handle|id|user|username|name|account|as|is|under)\b){{0,2}}[\s:=]{{1,3}}"
    r"(?P<x>@[\w.]{1,40}\w|(?=[a-z._]{0,40}[\d_])[A-Za-z][\w.]{1,40}\w)"
)
_USERS = Cue(
    "username|user name|user id|userid|login|login id|handle|screen name|nickname|posts as|tweets as|goes by"
)
_USER = (
    rf"{_USERS.pattern}(?:\sis)?[\s:=]{{1,3}}(?P<x>@\w{{2,40}}"
    rf"|(?=[A-Za-z._-]{{0,40}}[\d_@])[A-Za-z][\w.-]{{2,40}}\w)"
)
_AT_HANDLE = r"@(?<![\w.@]@)(?=[A-Za-z.]{0,40}[\d_])[A-Za-z][\w.]{1,40}\w"
_UUID = r"(?<![\w-])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![\w-])"
_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IP = rf"\d(?<![\w.]\d)\d{{0,2}}\.{_BYTE}\.{_BYTE}\.{_BYTE}(?!\w|\.\d)"
_HEX_GROUPS = (
    r"(?<![\w:])(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2})(?![\w:])"
)

_PHONE = (
    r"[\d+(](?<![\w.+/-].)(?:"
    r"(?:(?<=\+)|(?<=0)0)[1-9]\d{0,2}[ .-]?"  # +44 7911 123456
    r"(?:\(0?\d{0,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,5}){1,5}"
    r"|(?<=\()\d{2,5}\)[ .-]?\d{3,4}[ .-]?\d{3,4}"  # (419) 555-0182
    r"|(?<=[2-9])\d{2}[-. ][2-9]\d{2}[-. ]\d{4}"  # 419-555-0183
    r"|(?<=1)[-. ][2-9]\d{2}[-. ]\d{3}[-. ]\d{4}"
    r"|(?<=0)\d{1,5}[ /.-]\d{3,4}[ .-]?\d{3,4}"  # 07700 900461, 020 7946 0018, 01 234 5678
    r"|(?<=0)\d{1,4} ?[/-] ?\d{2,4}[ -]\d{2,4}(?:[ -]\d{2,4})?"  # 089 / 123 45-67
    r"|(?<=0)\d{2,4}[ /-]\d{5,9}"  # 0151 23456789, 030/1234567
    r"|(?<=\()0\d{1,4}\) ?\d{2,4}[ -]?\d{2,4}(?:[ -]?\d{2,4})?"  # (02) 9876 5432
    r"|(?<=1)[38]00[ -]\d{3}[ -]\d{3}"  # 1300 555 012
    r"|(?<=[6-9])\d{4}[ -]\d{5}"  # 98450 12345
    r"|(?<=5)55[-. ]\d{4}"  # 555-0134
    r"|(?<=[2-9])\d{2}[-. /]\d{3}[-. ]\d{4}"
    r"|(?<=0)\d(?:[ .-]\d{2}){4}"  # 06 12 34 56 78
    r"|(?<=0)\d{9,10}"
    r")(?![\w/]|[.-]\d)"
)
_CALLING = Cue(
    "tel|telephone|phone|ph|mobile|mob|cell|cellphone|fax|landline|call|called|calls|call back|callback"
    "|ring|rang|text|texted|reach|reached|reachable|contact|contacted|contactable|number|hotline|whatsapp"
    "|voicemail|home|work|tel no|phone no|mobile no|contact no|cell no|ph no|mob no|line|direct line"
    "|switchboard|desk|rings"
    "|ring back|rang back|sms|dect|messages|message|nok|next of kin|emergency contact|telephoned|phoned"
    "|dial|dialled"
)
_CALLED = (
    rf"{_CALLING.pattern}\.?(?:\s(?i:no|number|num|nr)\b\.?)?"
    r"(?:\s(?i:is|me|us|her|him|them|at|on|under|via|back)\b){0,3}"
    r"[:#\s]{1,3}(?P<x>\(?\+?\d(?:[\d() -]|\.(?=\d)){4,18}\d)(?!\w|[/%]|\.\d)"
)
_CALLED_LATER = (
    rf"{_CALLING.pattern}[^.;\n\[\]]{{1,30}}?(?<![\w./-])(?P<x>\(?\d{{3,5}}\)?[ -]\d{{3,4}}"
    rf"(?:[ -]?\d{{3,4}})?)"
    r"(?!\w|[/%]|[.-]\d|\s(?:mg|g|ml|mcg|units?|iu|cells|copies))"
)
_LETTER_CALLED = r"(?<![\w.])[tmphfTMPHFcwCW]:\s?(?P<x>\(?\+?\d(?:[\d() -]|\.(?=\d)){6,18}\d)(?![\w/%]|\.\d)"
_TIMES = r"x(?<![\w.]x)(?P<x>\d{3,4}[1-9])(?![\w/%×-]|\.\d)"
_INSIDE = Cue("ext|extn|extension|bleep|bleeped|pager|paged|page|beeper|beep|dect|pgr|bp no|internal|int")
_EXTENSION = (
    rf"{_INSIDE.pattern}\.?(?:\s(?i:no|number|on|me|at)\b\.?){{0,2}}[:#\s]{{1,3}}(?P<x>\d{{3,6}})(?![\w/%]"
    rf"|\.\d)"
)


def _is_number(match: re.Match[str]) -> bool:
    """Enough digits for a telephone: a shorter number after "call" is a time or a bed."""
    return 6 <= sum(map(str.isdigit, match["x"])) <= 15


def _is_telephone(match: re.Match[str]) -> bool:
    """Neither a date ("01-02-2024") nor times of day ("0800 1200 1600")."""
    text = match.group()
    if re.fullmatch(r"\d{1,2}([-./ ])\d{1,2}\1(?:19|20)?\d\d", text):
        return False
    return re.fullmatch(r"(?:(?:[01]\d|2[0-3])[0-5]\d[ -]?){2,}", text) is None


NET = (
    Rule("EMAIL", re.compile(_EMAIL), needs=re.compile("@")),
    Rule("EMAIL", re.compile(_EMAIL_IN_WORDS), needs=re.compile(r"(?i:[(\[{]at[)\]}]|\bdot\b)")),
    Rule("EMAIL", re.compile(_EMAIL_INSIDE), needs=re.compile("@")),
    Rule("URL", re.compile(_URL), needs=re.compile(r"://|(?i:www)\.")),
    Rule("URL", re.compile(_DOMAIN), needs=re.compile(_ENDING)),
    Rule("ID", re.compile(_HANDLE), cue=_NETWORKS),
    Rule("ID", re.compile(_USER), cue=_USERS),
    Rule("ID", re.compile(_AT_HANDLE), needs=re.compile("@")),
    Rule("IP", re.compile(_IP)),
    Rule(
        "ID",
        re.compile(_HEX_GROUPS),
        among=frozenset({"mac", "ip", "address", "device", "ipv", "wifi", "router"}),
    ),
    Rule("ID", re.compile(_UUID), needs=re.compile("-")),
)
PHONES = (
    Rule("PHONE", re.compile(_PHONE), holds=_is_telephone),
    Rule("PHONE", re.compile(_CALLED), cue=_CALLING, holds=_is_number),
    Rule("PHONE", re.compile(_CALLED_LATER), cue=_CALLING),
    Rule("PHONE", re.compile(_LETTER_CALLED)),
    Rule("PHONE", re.compile(_EXTENSION), cue=_INSIDE),
    Rule("PHONE", re.compile(_TIMES)),
)
