import pytest

from tests.factories import make_user


@pytest.fixture
def editor(client):
    """A signed-in person who writes and does not publish."""
    user = make_user(
        permissions=[
            "add_unit",
            "change_unit",
            "view_unit",
            "delete_unit",
            "add_figure",
            "change_figure",
            "view_figure",
            "delete_figure",
            "add_responsibility",
            "change_responsibility",
            "delete_responsibility",
            "view_responsibility",
            "change_sitesettings",
            "add_sitesettings",
        ],
        first_name="Edith",
        last_name="Editor",
    )
    client.force_login(user)
    return user


@pytest.fixture
def publisher(client):
    """A signed-in person who writes and publishes units and figures."""
    user = make_user(
        permissions=[
            "add_unit",
            "change_unit",
            "view_unit",
            "delete_unit",
            "publish_unit",
            "add_figure",
            "change_figure",
            "view_figure",
            "delete_figure",
            "publish_figure",
        ],
        first_name="Pat",
        last_name="Publisher",
    )
    client.force_login(user)
    return user
