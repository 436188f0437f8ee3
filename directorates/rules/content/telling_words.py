"""The part of a unit's name that tells it apart: “Chief Financial Officer” in “Office of the Chief Financial
Officer”. Pure.

An A to Z of units sorts by this part, because most names of an agency begin with “Office of”. The rule takes off, at
the beginning of a name:

1. an article and the country's name: “The”, “U.S.”, “United States”; in French and Spanish “Le”, “La”, “El” and others;
2. one generic noun with the words that join it to the rest: “Office of the”, “Center for”, “Direction générale de la”,
   “Oficina del”;
3. an article and the country's name once more: “Office of the U.S. Trade Adviser” is under T.

A generic noun without a joining word stays: “Office Services” and “Division 7” are under their first word. A name
without a rest stays whole.
"""

import re

_ENGLISH = (
    "agency|authority|board|branch|bureau|cent(?:er|re)|commission|council|department|directorate|division|group"
    "|institute|ministry|office|program(?:me)?|secretariat|section|service|team|unit"
)
_FRENCH = (
    "agence|bureau|cellule|centre|commission|conseil|d[ée]partement|direction|institut|minist[èe]re|secr[ée]tariat"
    "|sous-direction|unit[ée]"
)
_SPANISH = (
    "agencia|centro|comisi[óo]n|consejo|departamento|direcci[óo]n|divisi[óo]n|instituto|ministerio|oficina|secci[óo]n"
    "|secretar[íi]a|servicio|subdirecci[óo]n|unidad"
)
#: The longest forms first, because the first one that matches counts.
_JOINING = (
    r"of the |of |for the |for |de la |de los |de las |de l['’]|del |des |de |du |d['’]"
    r"|pour la |pour le |pour les |pour l['’]|pour |para el |para la |para los |para las |para "
)
_ARTICLES = r"the |les? |la |l['’]|el |los |las "
_COUNTRY = r"u\. ?s\.(?:a\.)? |us |usa |united states "
_BEFORE_NOUN = rf"(?:{_ARTICLES})?(?:{_COUNTRY})?"
_LEADING = re.compile(
    rf"{_BEFORE_NOUN}(?:(?:{_ENGLISH}|{_FRENCH}|{_SPANISH})(?: g[ée]n[ée]rale?| general)? (?:{_JOINING}))?{_BEFORE_NOUN}",
    re.IGNORECASE,
)


def split_name(name, sorted_under=""):
    """Return (before, telling part, after). Joined, they are the name.

    `sorted_under` is the part that staff chose, or ''. If the name does not contain it, the telling part is ''.
    """
    if sorted_under:
        at = name.casefold().find(sorted_under.casefold())
        if at < 0 or len(name) != len(name.casefold()):
            at = name.find(sorted_under)
        end = at + len(sorted_under)
        return (name, "", "") if at < 0 else (name[:at], name[at:end], name[end:])
    end = _LEADING.match(name).end()
    return (name[:end], name[end:], "") if end < len(name) else ("", name, "")


def find_telling_part(name):
    """Return the part of a name by which an A to Z sorts it."""
    return split_name(name)[1]
