"""The sections of the form of a unit. Those with the class "collapse" are folded until something asks for a look."""

FIELDSETS = [
    (
        "Name and address",
        {
            "fields": [
                *("name", "sorted_under", ("acronym", "link_label"), "slug", "summary"),
                "founded_on",
            ]
        },
    ),
    (
        "Place",
        {
            "classes": ["collapse"],
            "fields": [("kind", "role"), "parent", ("position", "is_on_overview")],
        },
    ),
    ("Texts", {"fields": ["overview", "body"]}),
    (
        "Responsibilities",
        {"classes": ["collapse"], "fields": ["responsibilities", "new_responsibilities"]},
    ),
    (
        "Head",
        {"classes": ["collapse"], "fields": [("head_title", "head_name", "head_status")]},
    ),
    (
        "Legal basis",
        {
            "classes": ["collapse"],
            "fields": ["statutory_authority", "statutory_authority_url"],
        },
    ),
    ("Contact", {"classes": ["collapse"], "fields": [("email", "phone"), "website"]}),
    (
        "Postal address",
        {
            "classes": ["collapse"],
            "fields": [
                "street_address",
                ("address_locality", "address_region"),
                ("postal_code", "address_country"),
            ],
        },
    ),
    (
        "Closing",
        {
            "classes": ["collapse"],
            "fields": [("is_closed", "closing_day_is_known"), "outcome", "successors"],
            "description": "To close a unit, use “Close this unit” under “More”: it also moves"
            " the units below it.",
        },
    ),
]
