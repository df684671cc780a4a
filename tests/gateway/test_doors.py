"""The doors that tests hand on: every one of them leads into the sandbox at hand."""

from tests.conftest import open_sandbox


def test_whoever_takes_over_the_doors_of_another_is_in_none_of_its_worlds(make_database_url, tmp_path):
    first = open_sandbox(make_database_url("sqlite"), tmp_path)
    first.new_workspace("elsewhere")
    first.close()

    second = open_sandbox(make_database_url("sqlite"), tmp_path)

    assert second.app is first.app
    assert second.client.get("/_portal/w/test").status_code == 200
    assert second.client.get("/_portal/w/elsewhere").status_code == 404
    assert second.call("GET", "/fjordbanken/v1/accounts").status_code == 400
    second.close()
