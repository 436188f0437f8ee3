from directorates.models.change_set import ChangeSet, ChangeSetStep
from directorates.models.either_case import InEitherCase
from directorates.models.generation import Generation
from directorates.models.records.figure import Figure, FigureContent, FigureEdition, figure_url
from directorates.models.records.responsibility import Responsibility
from directorates.models.records.unit import (
    Agency,
    Directorate,
    Office,
    Unit,
    UnitEdition,
    unit_url,
)
from directorates.models.records.unit_content import UnitContent
from directorates.models.search import SearchTrigram, SearchWord
from directorates.models.site_settings import REQUIRED_LINK_TEXTS, SiteLink, SiteSettings
from directorates.models.staff.audit_entry import AuditEntry
from directorates.models.staff.contribution import Contribution
from directorates.models.staff.enrollment import Enrollment
from directorates.models.staff.form_presence import FormPresence
from directorates.models.staff.mail import MailChoice, MailMessage, MailOccasion
from directorates.models.staff.preview_link import PreviewLink, PreviewLinkUse
from directorates.models.staff.record_review import RecordReview
from directorates.models.staff.remark import Remark
from directorates.models.staff.staff_session import StaffSession
from directorates.models.staff.text_waiver import TextWaiver
from directorates.models.staff.unit_assignment import UnitAssignment
from directorates.models.survey import SurveyResponse
from directorates.models.withholding_step import WithholdingStep

__all__ = [
    "REQUIRED_LINK_TEXTS",
    "Agency",
    "AuditEntry",
    "ChangeSet",
    "ChangeSetStep",
    "Contribution",
    "Directorate",
    "Enrollment",
    "Figure",
    "FigureContent",
    "FigureEdition",
    "FormPresence",
    "Generation",
    "InEitherCase",
    "MailChoice",
    "MailMessage",
    "MailOccasion",
    "Office",
    "PreviewLink",
    "PreviewLinkUse",
    "RecordReview",
    "Remark",
    "Responsibility",
    "SearchTrigram",
    "SearchWord",
    "SiteLink",
    "SiteSettings",
    "StaffSession",
    "SurveyResponse",
    "TextWaiver",
    "Unit",
    "UnitAssignment",
    "UnitContent",
    "UnitEdition",
    "WithholdingStep",
    "figure_url",
    "unit_url",
]
