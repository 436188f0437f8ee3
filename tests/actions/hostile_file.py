"""A file with sixty invalid lines, each with words of its error."""

UNIT = """
[[units]]
identifier = "unit-{number}"
[[units.editions]]
kind = "office"
parent = "agency"
name = "Office {number}"
"""
FIGURE = """
[[figures]]
identifier = "figure-{number}"
[[figures.editions]]
unit = "agency"
counts = "letters"
source = "A count"
"""

SITE = {
    "site_nam = 'X'": "did you mean “site_name”?",
    "heading = 5": "expected text in quotes",
    "site_name = '\u200b'": "cannot be blank",
    "language = 'english'": "“english” is no language. Write its code",
    "official_claim = 'yes'": "is none of the choices: by-host, always, never",
    "time_zone = 'Mars/Olympus'": "is not a time zone",
    "contact_email = 'help at example.gov'": "email address",
    "contact_url = 'www.example.gov'": "begins with https://",
    "survey_is_open = 'yes'": "expected true or false",
    "survey_sample_percent = 101": "less than or equal to 100",
    "survey_omb_control_number = '12345'": "1234-5678",
    "domain = ice.gov": "write a text between quotation marks",
}
LINK = {
    "url = '//evil.example'": "begins with https://",
    "url = 'javascript:1'": "begins with https://",
}
MATTER = {
    "synonyms = 'Bail'": "a list of texts in quotes",
    "synonyms = [1]": "a list of texts in quotes",
}
UNIT_LINES = {
    "name = North": "write a text between quotation marks",
    "summary = “North”": "write straight quotation marks",
    "summary =": "a value is missing",
    'summary = "a\tb': "no closing quotation mark",
    'summary = "North "East""': "something follows the value",
    "summary = 'Attorney's'": "something follows the value",
    'summary = "C:\\Data"': "write each \\",
    "a summary": "key = value",
    "sümmary = 'a'": "a key has letters",
    "summary = 5": "expected text in quotes",
    "summary = ''' '''\nsummary = 'x'": "the key appears twice",
    f"summary = '{'x' * 161}'": "at most 160",
    "acronym = true": "expected text in quotes",
    f"acronym = '{'X' * 21}'": "at most 20",
    "slug = 'no rth'": "valid “slug”",
    "is_on_overview = 'yes'": "expected true or false",
    "position = -1": "greater than or equal to 0",
    "position = '1'": "expected a whole number",
    "position = 1,5": "neither a number nor a day",
    "role = 'Operational'": "none of the choices: operational, supporting",
    "head_status = 'retired'": "none of the choices: in-post, acting, vacant",
    "head = 'A. Name'": "there is no such field",
    "responsibilities = 'Tea'": "a list of texts in quotes",
    "responsibilities = ['Tea']": "the responsibility “Tea” is neither",
    "successors = ['nowhere']": "the unit “nowhere” is neither",
    "website = 'www.example.gov'": "beginning with https://",
    "website = 'ftp://example.gov'": "beginning with https://",
    "statutory_authority_url = 'javascript:1'": "beginning with https://",
    "email = 'help@'": "email address",
    "overview = '<script>1</script>'": "<script> is not allowed",
    "overview = '<h2>A</h2><h4>B</h4>'": "heading level 4 follows level 2",
    "body = '<a href=\"www.x.gov\">x</a>'": "begin it with https://",
    "body = '<p style=\"color:red\">x</p>'": "style= is not allowed",
    f"body = '{'<ul><li>' * 30}'": "are one inside another",
    "effective_from = 2026-01-01T00:00:00": "an instant with its offset",
    "effective_from = 1066-10-14": "the year 1700 or later",
    "effective_from = 2300-01-01": "years lie ahead",
    "effective_from = 'tomorrow'": "an instant with its offset",
    f"change_note = '{'x' * 301}'": "at most 300",
}
FIGURE_LINES = {
    "value = 'many'": "expected a number",
    "value = 1.234": "no more than 2 decimal places",
    "value = 1\ncurrency = 'DOLLAR'": "at most 3",
    "value = 1\nqualifier = 'about'": "none of the choices: exactly, more than, nearly, approximately",
    "value = 1\nas_of = 2400-01-01": "no later than today",
}  # fmt: skip


def write():
    """Return the text of the file, and {line: words of its error}."""
    rows = ["format = 1", "[site]"]
    expected = {}

    def add(line, words):
        rows.extend(line.split("\n"))
        expected[len(rows)] = words

    for line, words in SITE.items():
        add(line, words)
    for kind, lines in (("site.links", LINK), ("responsibilities", MATTER)):
        for number, (line, words) in enumerate(lines.items()):
            key = "text" if kind == "site.links" else "phrase"
            rows.extend([f"[[{kind}]]", f'{key} = "Text {number}"'])
            add(line, words)
    agency = UNIT.format(number=0).replace("unit-0", "agency").replace("office", "agency")
    rows.extend(agency.replace('parent = "agency"\n', "").split("\n"))
    for template, lines in ((UNIT, UNIT_LINES), (FIGURE, FIGURE_LINES)):
        for number, (line, words) in enumerate(lines.items(), start=1):
            frame = template.format(number=number).rstrip("\n").split("\n")
            if line.startswith("name"):
                frame = frame[:-1]
            rows.extend(frame)
            add(line, words)
    return "\n".join(rows) + "\n", expected
