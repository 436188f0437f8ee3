"""The sample agency, loaded as `make run` loads it."""

from datetime import UTC, datetime

from directorates.actions.importing import importing
from directorates.exchange import fictional_agency
from directorates.management.commands.prepare_local import SAMPLE
from tests.factories import DAY, NOON
from tests.kept_rows import kept

#: A day before the tests began. Rows of one instant are made once, see `kept`.
LATELY = datetime.now(UTC) - DAY


@kept
def load_sample(at=NOON):
    importing.load(content=SAMPLE.read_bytes(), file_name=SAMPLE.name, by=None, at=at)


@kept
def load_fictional(*, offices, at=NOON):
    content = fictional_agency.generate(seed=1, offices=offices).encode()
    importing.load(content=content, file_name="fictional.toml", by=None, at=at)
