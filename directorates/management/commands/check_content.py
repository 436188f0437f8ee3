import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from directorates.management import outside_links
from directorates.previews import linked_places
from directorates.queries.staff import content_check


class Command(BaseCommand):
    help = "Look for texts that contradict the records, in what is in force and in drafts. Fails if there are any."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="write one JSON document")
        parser.add_argument(
            "--links-outside",
            action="store_true",
            help="also ask every address outside the site, over the network",
        )

    def handle(self, *, json, links_outside, **options):
        at = timezone.now()
        found = content_check.check_site(at=at, find_ids=linked_places.find_ids)
        rows = [_row(finding) for finding in found.findings]
        if links_outside:
            rows += _outside(at)
        self.stdout.write(_as_json(rows, found) if json else _as_text(rows, found), ending="")
        if rows:
            raise CommandError(f"{len(rows)} found", returncode=1)


def _row(finding):
    return {
        "kind": finding.kind.value,
        "record": finding.place.owner,
        "field": finding.place.field,
        "version": "draft" if finding.place.is_draft else "in force",
        "found": finding.found,
        "right": finding.right,
        "advice": finding.advice,
    }


def _outside(at):
    for address, places in content_check.find_outside_addresses(at=at).items():
        if fault := outside_links.find_fault(address):
            for place in places:
                yield {
                    "kind": "dead-link",
                    "record": place.owner,
                    "field": place.field,
                    "version": "draft" if place.is_draft else "in force",
                    "found": address,
                    "right": "",
                    "advice": f"The address {fault}.",
                }


def _as_json(rows, found):
    return json.dumps({"findings": rows, "waived": len(found.waived)}, indent=2) + "\n"


def _as_text(rows, found):
    lines = [
        f"{row['record']}, {row['field']} ({row['version']}): “{row['found']}”. {row['advice']}\n"
        for row in rows
    ]
    waived = f" {len(found.waived)} waived." if found.waived else ""
    return "".join(lines) + ("" if rows else f"Nothing to mend.{waived}\n")
