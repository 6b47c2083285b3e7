"""The job queue: each job once, claimed by one worker at a time, and never lost."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from crm.jobs import store as jobs
from crm.jobs.job import Job, JobState, NewJob
from crm.jobs.models import JobRow
from crm.sql.db import sessions

NOW = datetime(2100, 1, 1, tzinfo=UTC)
LEASE = timedelta(seconds=60)
LATER = NOW + LEASE * 2


def put(session: Session, *keys: str, lane: str = "") -> None:
    jobs.put(session, "test", [NewJob(key, lane) for key in keys])


def claim(session: Session, at: datetime = NOW, most: int = 10, lane: str = "") -> list[Job]:
    return jobs.claim(session, "test", lane, most, at, LEASE, "worker 1")


def row(session: Session, key: str = "a") -> JobRow:
    query = select(JobRow).where(JobRow.key == key).execution_options(populate_existing=True)
    return session.scalars(query).one()


def test_a_job_is_queued_once_for_each_key_of_its_kind(session: Session) -> None:
    put(session, "a", "b")
    put(session, "b", "c")
    jobs.put(session, "other", [NewJob("a")])

    assert [job.key for job in claim(session)] == ["a", "b", "c"]


def test_a_job_carries_its_payload(session: Session) -> None:
    jobs.put(session, "test", [NewJob("a", payload={"page": 3, "name": "王小明"})])

    [job] = claim(session)

    assert job.payload == {"page": 3, "name": "王小明"}


def test_a_job_is_not_claimed_before_it_is_due(session: Session) -> None:
    jobs.put(session, "test", [NewJob("now"), NewJob("later", due_at=LATER)])

    assert [job.key for job in claim(session)] == ["now"]
    assert "later" in {job.key for job in claim(session, LATER)}


def test_the_oldest_jobs_are_claimed_first_and_each_lane_for_itself(session: Session) -> None:
    jobs.put(session, "test", [NewJob("young", due_at=NOW), NewJob("old", due_at=NOW - LEASE)])
    put(session, "elsewhere", lane="7")

    assert [job.key for job in claim(session, most=1)] == ["old"]
    assert [job.key for job in claim(session, lane="7")] == ["elsewhere"]
    assert [job.key for job in claim(session)] == ["young"]


def test_a_claimed_job_is_the_workers_alone_until_the_lease_ends(session: Session) -> None:
    put(session, "a")
    [first] = claim(session)

    assert claim(session, NOW + LEASE / 2) == []
    [second] = claim(session, LATER)
    assert (first.attempt, second.attempt) == (1, 2)
    assert (second.key, row(session).leased_by) == ("a", "worker 1")


def test_two_workers_at_once_never_get_the_same_job(fresh_database_url: str) -> None:
    engine = create_engine(fresh_database_url)
    with sessions(engine).begin() as session:
        put(session, *"abcde")
    with sessions(engine).begin() as one, sessions(engine).begin() as other:
        mine, theirs = claim(one, most=2), claim(other)
    engine.dispose()

    assert sorted(job.key for job in (*mine, *theirs)) == list("abcde")


def test_a_job_that_was_rolled_back_is_never_done(fresh_database_url: str) -> None:
    engine = create_engine(fresh_database_url)
    with sessions(engine)() as session:
        put(session, "a")
        session.rollback()
    with sessions(engine).begin() as session:
        found = claim(session)
    engine.dispose()

    assert found == []


def test_a_finished_job_is_not_done_again(session: Session) -> None:
    put(session, "a")
    [job] = claim(session)

    assert jobs.finish(session, job, NOW) is True
    assert claim(session, LATER) == []
    assert (row(session).state, row(session).finished_at) == (JobState.DONE, NOW)


def test_a_failed_job_waits_and_says_why(session: Session) -> None:
    put(session, "a")
    [job] = claim(session)

    assert jobs.retry(session, job, LATER, "connect") is True
    assert claim(session, NOW + LEASE) == []
    assert row(session).last_error == "connect"
    assert [again.attempt for again in claim(session, LATER)] == [2]


def test_a_job_that_was_given_up_stays_dead_until_it_is_revived(session: Session) -> None:
    put(session, "a")
    [job] = claim(session)
    jobs.give_up(session, job, NOW, "refused")
    dead = jobs.count(session)

    put(session, "a")
    assert claim(session, LATER) == []
    jobs.revive(session, "test", [NewJob("a")], LATER)

    assert dead == {("test", JobState.DEAD): 1}
    assert [again.attempt for again in claim(session, LATER)] == [1]


def test_a_revived_job_that_is_in_hand_is_left_to_its_worker(session: Session) -> None:
    put(session, "a")
    [job] = claim(session)

    jobs.revive(session, "test", [NewJob("a")], NOW)

    assert claim(session) == []
    assert jobs.finish(session, job, NOW) is True


def test_a_job_that_is_not_known_any_more_is_revived_too(session: Session) -> None:
    jobs.revive(session, "test", [NewJob("gone", "7")], NOW)

    assert [job.key for job in claim(session, lane="7")] == ["gone"]


def test_a_worker_after_its_lease_changes_nothing(session: Session) -> None:
    put(session, "a")
    [slow] = claim(session)
    [quick] = claim(session, LATER)

    assert jobs.finish(session, quick, LATER) is True
    assert jobs.finish(session, slow, LATER) is False
    assert jobs.retry(session, slow, LATER, "late") is False
    assert jobs.give_up(session, slow, LATER, "late") is False
    jobs.release(session, [slow], LATER)
    assert row(session).state == JobState.DONE


def test_a_job_that_is_given_back_is_due_at_once_and_was_no_attempt(session: Session) -> None:
    put(session, "a")

    jobs.release(session, claim(session), NOW)

    assert [job.attempt for job in claim(session)] == [1]


def test_finished_jobs_are_forgotten_but_never_one_that_waits(session: Session) -> None:
    put(session, "a", "b", "c")
    first, second, _ = claim(session)
    jobs.finish(session, first, NOW)
    jobs.give_up(session, second, LATER, "no")

    jobs.forget_finished(session, NOW + LEASE)

    assert sorted(session.scalars(select(JobRow.key))) == ["b", "c"]
