"""The words of stored texts as passages."""

import pytest

from directorates.rules.checking import passages
from directorates.rules.content.reference_words import Facts

TEXTS = [
    "",
    "<p>One &amp; two&nbsp;three.</p><p></p><p>Four<br>five</p>",
    '<p>Look at <a href="/offices/?a=1&amp;b=2" title="It’s &lt;it&gt;">the <em>offices</em></a>.</p>',
    "<p>It counts <a href='/about/'>things</a> and files.</p>",
    "<ul><li><p>First</p></li><li>Second <strong>one</strong></li></ul><ol><li>Third</li></ol>",
    "<h2>Heading</h2><p>Text</p><h3>Another</h3>Loose words",
    '<table><tbody><tr><th colspan="2">Unit</th></tr><tr><td><p>A</p></td><td>B</td></tr></tbody></table>',
    '<p>Of <span data-unit="none" data-words="name">x</span> offices.</p>',
    # Not like stored text: the parser reads it.
    "<P CLASS=x>One</P> < two <!-- three --> <p/>four & five &amp",
    "<p>Ends in <",
    "<script>if (a<b) {}</script><p>Six</p>",
]


@pytest.mark.parametrize("html", TEXTS)
def test_stored_text_is_read_as_the_parser_reads_it(html, monkeypatch):
    quick = passages.read_rich(html, Facts())
    monkeypatch.setattr(passages, "_read_stored", lambda html, reader: False)
    assert quick == passages.read_rich(html, Facts())
