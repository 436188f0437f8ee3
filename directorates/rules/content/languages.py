"""The language tags of content (BCP 47) and their direction of reading. Pure.

Tags are stored in small letters, because their case has no meaning.
"""

import re

from directorates.rules.content import lines

#: ISO 639-1.
_TWO_LETTERS = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee"
    " el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io"
    " is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn"
    " mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se"
    " sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo"
    " wa wo xh yi yo za zh zu"
)
#: A language, then an optional script, an optional region and any number of variants.
_TAG = re.compile(
    r"(?:[a-z]{2,3})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-[a-z\d]{5,8}|-\d[a-z\d]{3})*"
)
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"})  # fmt: skip
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "aran", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"})  # fmt: skip


def clean(tag):
    """Return the stored form of a tag: "fr-ca" for "fr_CA"."""
    return lines.clean_line(tag).replace("_", "-").lower()


def is_known(tag):
    """Whether a clean tag is well formed and begins with an existing language.

    Any three letters are accepted: there are about 8,000 languages with three-letter codes.
    """
    language = tag.partition("-")[0]
    return bool(_TAG.fullmatch(tag)) and (len(language) == 3 or language in _TWO_LETTERS.split())


def is_right_to_left(tag):
    language, *rest = tag.lower().split("-")
    scripts = [part for part in rest if re.fullmatch("[a-z]{4}", part)]
    if scripts:
        return scripts[0] in _RIGHT_TO_LEFT_SCRIPTS
    return language in _RIGHT_TO_LEFT
