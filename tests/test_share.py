from itertools import combinations

import pytest

from tests import share as module
from tests.admin.world import PEOPLE, STATES
from tests.share import share


def find_chosen(pages, states, roles, *, of):
    return {
        (page, state, role)
        for role in range(roles)
        for state in range(states)
        for page in share(range(pages), role, state, of=of)
    }


#: Pages and states of the matrix of staff pages, the fewest first. A state is on own and on other units.
@pytest.mark.parametrize("pages", [3, 5, 20])
@pytest.mark.parametrize("states", [4, 2 * len(STATES)])
def test_each_value_meets_each_value_of_the_other_kinds(monkeypatch, pages, states):
    monkeypatch.setattr(module, "IS_WHOLE", False)
    sizes = (pages, states, len(PEOPLE))
    chosen = find_chosen(*sizes, of=3)
    for one, other in combinations(range(3), 2):
        pairs = {(combination[one], combination[other]) for combination in chosen}
        assert len(pairs) == sizes[one] * sizes[other]
    assert len(chosen) == pages * states * len(PEOPLE) / 3


def test_the_whole_run_has_every_combination(monkeypatch):
    monkeypatch.setattr(module, "IS_WHOLE", True)
    assert len(find_chosen(5, 4, 6, of=3)) == 5 * 4 * 6
