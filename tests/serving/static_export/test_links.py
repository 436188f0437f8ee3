from agency_site.serving.static_export.pages.links import find_ids, find_links
from agency_site.serving.static_export.pages.visible_words import visible_lines

ORIGIN = "https://www.agency.gov"


def found(markup, media_type="text/html; charset=utf-8", address="/offices/"):
    return find_links(markup.encode(), media_type=media_type, address=address, origin=ORIGIN)


def test_links_pictures_scripts_and_styles_are_found():
    assert found(
        '<a class="x" href="/about/#head">A</a><img src="/media/logo/a.png" alt="">'
        '<script src="/static/a.js" defer></script><link rel="icon" href="/static/b.svg">'
        '<meta property="og:image" content="https://www.agency.gov/static/og.png">'
        '<a href="?page=2&amp;by=part-of" data-address="https://www.agency.gov/offices/x/">B</a>'
    ) == [
        "/about/#head",
        "/media/logo/a.png",
        "/static/a.js",
        "/static/b.svg",
        "/static/og.png",
        "/offices/?page=2&by=part-of",
        "/offices/x/",
    ]


def test_addresses_elsewhere_and_words_that_look_like_links_are_left_out():
    assert (
        found(
            '<a href="https://example.com/about/">A</a><a href="//example.com/">B</a>'
            '<a href="mailto:a@agency.gov">C</a><a href="http://www.agency.gov/">D</a>'
            '<p>Write href="/nowhere/" here</p><a href="http://[">E</a>'
        )
        == []
    )


def test_a_stylesheet_names_its_pictures_by_its_own_address():
    css = 'a{background:url("img/a.svg")}b{background:url(/static/b.png)}c{background:url(data:x)}'
    assert found(css, "text/css", "/static/site.css") == ["/static/img/a.svg", "/static/b.png"]


def test_the_sitemap_and_robots_lead_to_pages():
    xml = "<url><loc>https://www.agency.gov/about/</loc></url>"
    assert found(xml, "application/xml") == ["/about/"]
    robots = "User-agent: *\nSitemap: https://www.agency.gov/sitemap.xml\n"
    assert found(robots, "text/plain; charset=utf-8") == ["/sitemap.xml"]


def test_ids_are_found():
    assert find_ids(b'<h2 id="a">A</h2><p class="x" id="b">') == {"a", "b"}


def test_visible_words_are_a_line_for_each_block():
    markup = "<title>T</title><h1>A <em>great</em>\n day</h1><ul><li>One</li><li>Two</li></ul>"
    assert visible_lines(markup) == ["A great day", "One", "Two"]
