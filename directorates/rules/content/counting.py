"""Writes numbers of things for English sentences. Pure."""

#: The words of the numbers from zero to ten.
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def in_words(number):
    """Return a number as in prose: a word up to ten, and digits above."""
    return WORDS[number] if number < len(WORDS) else f"{number:,}"


def counted(numbers, *, write="{:,}".format):
    """Return things with their numbers, as in "4 directorates and 2 offices".

    `numbers` is {noun in the singular: number}. Things that number zero are left out; without any, this returns ''.
    `write` writes a number.
    """
    parts = [
        f"{write(number)} {noun if number == 1 else f'{noun}s'}"
        for noun, number in numbers.items()
        if number
    ]
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def count_of(number, noun, role=""):
    """Return records with their number, as in "three operational directorates". `noun` is in the singular."""
    return " ".join(filter(None, [in_words(number), role, noun if number == 1 else f"{noun}s"]))
