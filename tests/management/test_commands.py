import re
from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command

from directorates.models import Unit, UnitEdition
from tests.factories import changed, make_user

pytestmark = pytest.mark.django_db


def run(*arguments, **options):
    output = StringIO()
    call_command(*arguments, stdout=output, **options)
    return output.getvalue()


def printed_password(output):
    return re.search(r"Password\s+(\S+)", output)[1]


def test_preparing_loads_the_sample_and_makes_an_account_that_signs_in():
    output = run("prepare_local", port="8123")
    assert "http://127.0.0.1:8123/" in output
    user = authenticate(username="staff", password=printed_password(output))
    assert user.is_superuser
    assert Unit.objects.count() == 7


def test_preparing_again_keeps_what_staff_changed_and_prints_a_new_password():
    first = printed_password(run("prepare_local"))
    changed(Unit.objects.get(identifier="hsi"), name="Changed by staff")
    second = printed_password(run("prepare_local"))
    assert first != second
    assert Unit.objects.get(identifier="hsi").name == "Changed by staff"
    assert get_user_model().objects.count() == 1


def test_a_dump_can_be_loaded(tmp_path):
    run("prepare_local")
    file = tmp_path / "agency.toml"
    run("dump_agency", str(file))
    assert "0 editions published, 16 there already" in run("load_agency", str(file))
    assert run("dump_agency") == file.read_text()


@pytest.mark.parametrize("command", ["dump_agency", "generate_agency"])
def test_a_file_that_cannot_be_written_is_told(command, tmp_path):
    for place in (tmp_path, tmp_path / "nowhere" / "agency.toml"):
        with pytest.raises(CommandError, match="cannot be written: "):
            run(command, str(place))


def test_loading_can_name_who_does_it(tmp_path):
    user = make_user(username="loader")
    file = tmp_path / "agency.toml"
    run("generate_agency", str(file), offices=5)
    run("load_agency", str(file), by="loader")
    assert set(UnitEdition.objects.values_list("approved_by", flat=True)) == {user.pk}


def test_loading_by_nobody_known_is_refused(tmp_path):
    file = tmp_path / "agency.toml"
    file.write_text("format = 1\n")
    with pytest.raises(CommandError, match="There is no user “nobody”"):
        run("load_agency", str(file), by="nobody")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run("load_agency", str(tmp_path / "nothing.toml"))


def test_a_bad_file_is_told_with_what_to_do(tmp_path):
    file = tmp_path / "bad.toml"
    file.write_text("format = 1\n[site]\nnome = 'x'\n")
    with pytest.raises(
        CommandError, match=r"bad\.toml, line 3, site, nome: .*\nNothing was loaded"
    ):
        run("load_agency", str(file))
