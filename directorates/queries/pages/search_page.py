"""The page of the public search: who handles it, which units and figures have the words, best first."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from directorates.models import UnitContent, UnitEdition
from directorates.queries.pages import paging
from directorates.queries.pages.page_parts import Link
from directorates.queries.pages.paging import UnknownPageError
from directorates.queries.search import asking, matches, results
from directorates.rules.content import lines, text
from directorates.rules.search import ranking

RESULTS_A_PAGE = 20
#: How many answers and figures the page of everything shows, before a link to all of them.
MOST_ANSWERS, MOST_FIGURES = 10, 5

#: The values of the filter, and their labels.
EVERYTHING, ANSWERS, DIRECTORATES, OFFICES, FIGURES = "", "responsibilities", "directorates", "offices", "figures"  # fmt: skip
LABELS = {
    EVERYTHING: "Everything",
    ANSWERS: "Responsibilities",
    DIRECTORATES: "Directorates",
    OFFICES: "Offices",
    FIGURES: "Figures",
}
_KINDS = {
    DIRECTORATES: UnitContent.Kind.DIRECTORATE,
    OFFICES: UnitContent.Kind.OFFICE,
}


@dataclass(frozen=True)
class Filter:
    value: str
    label: str
    count: int
    url: str
    is_chosen: bool


_BREADCRUMBS = (Link("Search", ""),)


@dataclass(frozen=True)
class SearchPage:
    """`problem` says why the query cannot be searched for. `replaced` has the typed words in whose place
    similar words were found, `missing` those of which nothing was found. `agency` is read only beside results.
    """

    query: str
    breadcrumbs: tuple[Link, ...]
    problem: str = ""
    total: int = 0
    has_more_than_ranked: bool = False
    replaced: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    chosen: str = EVERYTHING
    with_past: bool = True
    filters: tuple[Filter, ...] = ()
    answers: tuple[results.Answer, ...] = ()
    all_answers_url: str = ""
    units: tuple[results.UnitResult, ...] = ()
    figures: tuple[results.FigureResult, ...] = ()
    all_figures_url: str = ""
    agency: UnitEdition | None = None
    page_number: int = 1
    page_count: int = 1
    page_links: tuple[Link, ...] = ()
    previous_url: str = ""
    next_url: str = ""

    @property
    def heading(self):
        """The heading before the query in quotation marks, or all of it without a query."""
        if not self.query or self.problem:
            return "Search"
        if not self.total:
            return "Nothing found for"
        if self.has_more_than_ranked:
            return f"The best {self.total:,} results for"
        return f"{self.total:,} result{'' if self.total == 1 else 's'} for"

    @property
    def title(self):
        page = f", page {self.page_number} of {self.page_count}" if self.page_number > 1 else ""
        if self.heading == "Search":
            return "Search units and responsibilities"
        return f"{self.heading} “{self.query}”{page} - Search"

    @property
    def description(self):
        if self.heading == "Search":
            return "Search the units, responsibilities and figures of the agency, also by common words and former names."
        kinds = (
            LABELS[self.chosen].lower() if self.chosen else "units, responsibilities and figures"
        )
        return text.shorten(f"{self.heading} “{self.query}” among the {kinds} of the agency.", 160)


def get(typed, *, at: datetime, chosen=EVERYTHING, with_past=True, page="1") -> SearchPage:
    """Return a page of results: at most five queries, whatever was typed. Raises UnknownPageError.

    `chosen` is a value of the filter. With `with_past`, names of the past are looked for too.
    """
    if chosen not in LABELS:
        raise UnknownPageError(f"no filter {chosen!r}")
    try:
        query = asking.read(typed)
    except asking.UnusableQueryError as error:
        return SearchPage(_shortened(typed), _BREADCRUMBS, problem=str(error))
    if query is None:
        return SearchPage("", _BREADCRUMBS)
    found = _Results(query, at, chosen, with_past).page(page)
    if query.has_stop_words_only and not found.total:
        return SearchPage(
            query.text,
            _BREADCRUMBS,
            problem=f"“{query.text}” is in nearly every text. Add a word that says what you look for.",
        )
    return found


def _shortened(typed):
    return lines.clean_line(typed[: asking.MOST_CHARACTERS].replace("\0", " "))


class _Results:
    def __init__(self, query, at, chosen, with_past):
        self.query, self.at, self.chosen, self.with_past = query, at, chosen, with_past
        self.ranking = matches.find(query, at=at, with_past=with_past)
        self.units = self.ranking.results[ranking.UNITS]
        self.by_filter = {
            ANSWERS: self.ranking.results[ranking.ANSWERS],
            **{
                value: [unit for unit in self.units if unit[0].kind == kind]
                for value, kind in _KINDS.items()
            },
            FIGURES: self.ranking.results[ranking.FIGURES],
        }

    def page(self, number):
        """Return the page with this number. Raises UnknownPageError."""
        answers, figures = self.by_filter[ANSWERS], self.by_filter[FIGURES]
        everything = [*answers, *self.units, *figures]
        is_all = self.chosen == EVERYTHING
        listed = self.units if is_all else self.by_filter[self.chosen]
        current = paging.find_page(listed, RESULTS_A_PAGE, number)
        listed = list(current.object_list)
        if is_all and current.number == 1:
            listed = [*answers[:MOST_ANSWERS], *listed, *figures[:MOST_FIGURES]]
        total = len(everything if is_all else self.by_filter[self.chosen])
        return SearchPage(
            query=self.query.text,
            breadcrumbs=_BREADCRUMBS,
            total=total,
            has_more_than_ranked=self.ranking.is_cut and total > 0,
            replaced=self._typed(self.ranking.replaced),
            missing=self._typed(self.ranking.missing),
            chosen=self.chosen,
            with_past=self.with_past,
            filters=self._filters(len(everything)),
            all_answers_url=self._url(ANSWERS) if is_all and len(answers) > MOST_ANSWERS else "",
            all_figures_url=self._url(FIGURES) if is_all and len(figures) > MOST_FIGURES else "",
            **results.show(listed, self.ranking.marked, at=self.at),
            **paging.numbers_of(current, lambda page: self._url(self.chosen, page)),
        )

    def _typed(self, numbers):
        return tuple(self.query.asked[number].typed for number in sorted(numbers))

    def _url(self, chosen, page=1):
        query = {"q": self.query.text}
        if chosen or not self.with_past:
            query |= {"in": chosen} | ({"former": "yes"} if self.with_past else {})
        if page > 1:
            query["page"] = page
        return f"{reverse('directorates:search')}?{urlencode(query)}"

    def _filters(self, number_of_all):
        counts = {EVERYTHING: number_of_all} | {
            value: len(results) for value, results in self.by_filter.items()
        }
        return tuple(
            Filter(value, label, counts[value], self._url(value), value == self.chosen)
            for value, label in LABELS.items()
        )
