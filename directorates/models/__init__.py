from directorates.models.audit_entry import AuditEntry
from directorates.models.change_set import ChangeSet, ChangeSetMove
from directorates.models.contribution import Contribution
from directorates.models.either_case import InEitherCase
from directorates.models.enrollment import Enrollment
from directorates.models.figure import Figure, FigureContent, FigureEdition
from directorates.models.generation import Generation
from directorates.models.preview_link import PreviewLink, PreviewLinkUse
from directorates.models.responsibility import Responsibility
from directorates.models.site_settings import REQUIRED_LINK_TEXTS, SiteLink, SiteSettings
from directorates.models.staff_session import StaffSession
from directorates.models.survey import SurveyResponse
from directorates.models.unit import Agency, Directorate, Office, Unit, UnitEdition, unit_url
from directorates.models.unit_assignment import UnitAssignment
from directorates.models.unit_content import UnitContent

#: The model of the editions of each governed record.
EDITION_OF = {Unit: UnitEdition, Figure: FigureEdition}

__all__ = [
    "EDITION_OF",
    "REQUIRED_LINK_TEXTS",
    "Agency",
    "AuditEntry",
    "ChangeSet",
    "ChangeSetMove",
    "Contribution",
    "Directorate",
    "Enrollment",
    "Figure",
    "FigureContent",
    "FigureEdition",
    "Generation",
    "InEitherCase",
    "Office",
    "PreviewLink",
    "PreviewLinkUse",
    "Responsibility",
    "SiteLink",
    "SiteSettings",
    "StaffSession",
    "SurveyResponse",
    "Unit",
    "UnitAssignment",
    "UnitContent",
    "UnitEdition",
    "unit_url",
]
