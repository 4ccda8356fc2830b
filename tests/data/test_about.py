from workup.data.about import about


def test_an_installed_source_tells_of_itself():
    known, argument = about("clinic")
    assert argument == ""
    assert known.roles.answer == "diagnosis"
    titles = [table.title for table in known.tables(argument)]
    assert titles[:2] == ["By specialty", "By style"]


def test_a_format_gets_what_stands_after_its_colon():
    assert about("casebook:my/book")[1] == "my/book"


def test_of_a_file_nothing_is_known():
    assert about("rows.csv") is None
