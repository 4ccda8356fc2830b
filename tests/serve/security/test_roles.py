import pytest

from workup.serve.errors import ServeError
from workup.serve.security.roles import ALL, Caller, Role, join, parse


def test_no_role_implies_another():
    operator = Caller("ann", frozenset({Role.OPERATOR}), "key")
    assert operator.may(Role.OPERATOR)
    assert not operator.may(Role.CLINICIAN, Role.VIEWER, Role.REVIEWER)


def test_roles_are_written_and_read_again():
    assert parse(join(ALL).split(",")) == ALL
    assert parse([" Viewer "]) == {Role.VIEWER}
    assert join({Role.OPERATOR, Role.VIEWER}) == "viewer,operator"


def test_an_unknown_role_is_an_error_with_the_nearest_one():
    with pytest.raises(ServeError, match="did you mean 'clinician'"):
        parse(["clinican"])
    with pytest.raises(ServeError, match="at least one role"):
        parse([])
