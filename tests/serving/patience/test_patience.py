import threading

from agency_site.serving import patience


def test_the_limit_of_the_connection_holds_where_the_thread_has_none():
    assert not patience.is_over(16.9, most=17)
    assert patience.is_over(17, most=17)


def test_a_limit_ends_with_its_block_and_is_the_threads_own():
    seen = []
    with patience.limited(3):
        assert patience.is_over(3, most=17)
        other = threading.Thread(target=lambda: seen.append(patience.is_over(3, most=17)))
        other.start()
        other.join()
    assert seen == [False]
    assert not patience.is_over(3, most=17)


def test_no_limit_lengthens_another():
    with patience.limited(30):
        assert patience.is_over(17, most=17)


def test_all_wait_for_a_second_only_while_the_database_unavailable():
    patience.note(is_unavailable=True)
    assert patience.is_over(1, most=17)
    assert not patience.is_over(0.9, most=17)
