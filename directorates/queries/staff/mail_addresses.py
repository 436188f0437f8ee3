"""Paths of the pages that mails lead to. The origin comes before them."""

from django.urls import reverse


def due_for_a_review():
    return reverse("admin:upkeep")


def own_account():
    return reverse("mfa_index")


def invitation(token):
    return reverse("account_invitation", args=[token])
