"""Skills, skill groups, steps and members of queues, days of agents, and who knows a caller."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from acd import store as acd
from acd.agent import AgentEvent, AgentState
from acd.agent_days.store import agent_days
from acd.agent_log.store import keep_agent_events
from acd.decision import Considered, ConsideredWork, Rule, Verdict, replay
from acd.decisions.store import DecisionFact, decisions_of, keep_decisions
from acd.models import QueueRow
from acd.queue import (
    AddMembers,
    AgentId,
    OverflowStep,
    Preferred,
    Queue,
    QueueKey,
    QueueMember,
    RaisePriority,
    RelaxSkill,
    SendTo,
    Strategy,
    members_of,
)
from acd.queue_steps.store import queues_adding, queues_leading_to
from acd.queues import store as queues
from acd.queues.store import QueueGroup
from acd.skill_groups import store as groups
from acd.skill_groups.store import SkillGroup
from acd.skill_levels import store as skills
from acd.skill_levels.store import Skill, SkillUsage
from acd.skills import Need, SkillKey
from acd.today import Today
from acd.work import WorkId
from crm.calls.record import CallId, FactId
from crm.customers.customer import CustomerDraft
from crm.customers.familiar.store import FamiliarUsers, familiar_users
from crm.customers.models import CustomerRow
from crm.customers.store import add_customer
from crm.kernel.destination import read_destination
from crm.kernel.errors import ConflictError, InvalidError, MissingError, TakenError
from crm.people.person import BuiltIn
from crm.people.store import NewUser, add_user

SALES, NIGHT = QueueKey("sales"), QueueKey("night")
ENGLISH, TAX = SkillKey("english"), SkillKey("tax")
TO_BOX = read_destination("voicemail:7")


@pytest.fixture
def people(session: Session) -> tuple[AgentId, AgentId, AgentId]:
    made = []
    for number in (1, 2, 3):
        new = NewUser(f"agent{number}", f"Agent {number}", BuiltIn.AGENT, "x")
        id_ = add_user(session, new).id
        acd.add_agent(session, id_, str(1000 + number), "s")
        made.append(AgentId(id_))
    skills.add_skill(session, Skill(ENGLISH, "English", "英语"))
    skills.add_skill(session, Skill(TAX, "Tax"))
    return made[0], made[1], made[2]


def test_the_skills_of_an_agent_reach_the_engine(session, people):
    one, two, _ = people
    skills.set_levels(session, one, {ENGLISH: 9, TAX: 1})
    skills.set_level(session, one, TAX, 0)
    skills.set_level(session, two, ENGLISH, 4)
    assert skills.levels(session) == {one: {ENGLISH: 9}, two: {ENGLISH: 4}}
    assert {a.id: a.skills for a in acd.agents(session)}[one] == {ENGLISH: 9}
    for wrong in ({SkillKey("gone"): 3}, {ENGLISH: 11}):
        with pytest.raises(InvalidError):
            skills.set_levels(session, one, wrong)
    with pytest.raises(MissingError):
        skills.set_levels(session, AgentId(10**9), {})


def test_a_skill_that_is_used_is_neither_removed_nor_deactivated(session, people):
    skills.set_level(session, people[0], ENGLISH, 5)
    steps = (OverflowStep(30, RelaxSkill(TAX, 2)),)
    queues.save_queue(session, Queue(SALES, "Sales", needs=(Need(TAX, 5),), steps=steps), "")
    assert skills.usage(session, TAX) == SkillUsage(queues=(SALES,))
    assert skills.usage(session, ENGLISH) == SkillUsage(agents=(people[0],))
    for key in (TAX, ENGLISH):
        with pytest.raises(ConflictError):
            skills.remove_skill(session, key)
    with pytest.raises(ConflictError):
        skills.save_skill(session, Skill(TAX, "Tax", enabled=False))
    skills.save_skill(session, Skill(ENGLISH, "English", enabled=False))
    assert [one.key for one in skills.skills(session, disabled_too=False)] == [TAX]
    with pytest.raises(TakenError):
        skills.add_skill(session, Skill(TAX, "Again"))


def test_all_settings_of_a_queue_come_back(session, people):
    one, two, _ = people
    group = groups.add_skill_group(session, SkillGroup(0, "Backup", "For the evening", (two,)))
    queues.save_queue(session, Queue(NIGHT, "Night", members_of([one])), "")
    saved = Queue(
        SALES,
        "Sales",
        (QueueMember(one, 2), QueueMember(two, 1)),
        strategy=Strategy.BEST_SKILLED,
        needs=(Need(ENGLISH, 5), Need(TAX, 1)),
        weight=2.5,
        ageing=0.5,
        steps=(
            OverflowStep(10, RelaxSkill(ENGLISH, 3)),
            OverflowStep(20, AddMembers(group=group, rank=3)),
            OverflowStep(30, AddMembers(queue=NIGHT)),
            OverflowStep(40, RaisePriority(2)),
            OverflowStep(50, SendTo(TO_BOX)),
        ),
        max_wait_seconds=600.0,
        timed_out=TO_BOX,
        max_length=9,
        full=read_destination("queue:night"),
        empty=TO_BOX,
        service_seconds=30.0,
        service_share=0.9,
        preferred=Preferred(7, True, 45.0),
    )
    queues.save_queue(session, saved, "销售")
    assert queues.queue_of(session, SALES).queue == saved
    assert queues_adding(session, _id(session, NIGHT)) == [SALES]
    assert queues_leading_to(session, TO_BOX) == [SALES]
    [live] = queues.queues(session, [SALES])
    added = [s.action.members for s in live.steps if isinstance(s.action, AddMembers)]
    assert added == [(QueueMember(two, 3),), (QueueMember(one, 1),)]


def test_groups_give_queues_their_members_with_the_best_rank(session, people):
    one, two, three = people
    queues.save_queue(session, Queue(SALES, "Sales", (QueueMember(one, 5),)), "")
    first = groups.add_skill_group(session, SkillGroup(0, "First", "", (one, two)))
    second = groups.add_skill_group(session, SkillGroup(0, "Second", "", (three,)))
    queues.set_queue_groups(session, SALES, [QueueGroup(first, 3), QueueGroup(second)])
    [live] = queues.queues(session)
    assert live.members == (QueueMember(one, 3), QueueMember(two, 3), QueueMember(three, 1))
    assert queues.queue_of(session, SALES).queue.members == (QueueMember(one, 5),)
    assert groups.queues_using(session, second) == [SALES]
    groups.save_skill_group(session, SkillGroup(second, "Second", "", (three,), enabled=False))
    [live] = queues.queues(session)
    assert live.agents == (one, two)
    groups.set_groups_of(session, three, [first])
    assert groups.groups_of(session, [one, three]) == {one: [first], three: [first]}
    with pytest.raises(TakenError):
        groups.add_skill_group(session, SkillGroup(0, "First"))


def test_two_queues_may_be_each_others_backup(session, people):
    for key in (SALES, NIGHT):
        queues.save_queue(session, Queue(key, key), "")
    for key, other, agent in ((SALES, NIGHT, 0), (NIGHT, SALES, 1)):
        steps = (OverflowStep(30, AddMembers(queue=other)),)
        queues.save_queue(session, Queue(key, key, members_of([people[agent]]), steps=steps), "")
    assert len(queues.queues(session)) == 2


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"needs": (Need(SkillKey("gone"), 3),)}, "needs"),
        ({"needs": (Need(ENGLISH, 3), Need(ENGLISH, 4))}, "needs"),
        ({"steps": (OverflowStep(0, RaisePriority(1)),)}, "steps"),
        ({"steps": (OverflowStep(9, RelaxSkill(ENGLISH, 3)),)}, "steps"),
        ({"steps": (OverflowStep(9, AddMembers()),)}, "steps"),
        ({"steps": (OverflowStep(9, AddMembers(queue=SALES)),)}, "steps"),
        ({"steps": (OverflowStep(9, AddMembers(queue=NIGHT)),)}, "steps"),
        ({"steps": (OverflowStep(9, SendTo(read_destination("queue:sales"))),)}, "steps"),
        ({"members": (QueueMember(AgentId(1), 0),)}, "members"),
        ({"weight": 0.0}, "weight"),
        ({"ageing": -1.0}, "ageing"),
        ({"max_wait_seconds": 60.0}, "timed_out"),
        ({"max_length": 1}, "full"),
        ({"full": read_destination("queue:sales")}, "full"),
        ({"service_share": 1.1}, "service_share"),
        ({"preferred": Preferred(-1)}, "last_agent_days"),
    ],
)
@pytest.mark.usefixtures("people")
def test_what_cannot_be_is_refused_at_its_field(session, fields, where):
    with pytest.raises(InvalidError) as refused:
        queues.save_queue(session, Queue(SALES, "Sales", **fields), "")
    assert refused.value.field == where


def test_a_day_is_what_the_log_says_since_midnight(session, people):
    one, two, _ = people
    midnight = datetime(2026, 11, 2, tzinfo=UTC)

    def line(agent, minutes, state, cause="call", **detail):
        at = midnight + timedelta(minutes=minutes)
        fact = FactId(f"{agent}/{minutes}/{state}")
        return AgentEvent(fact, agent, at, state, cause=cause, detail=detail)

    keep_agent_events(
        session,
        [
            line(one, -30, AgentState.READY, "desk"),
            line(one, 10, AgentState.OFFERED, queue="sales"),
            line(one, 11, AgentState.TALKING, queue="sales"),
            line(one, 21, AgentState.WRAP_UP, queue="sales"),
            line(one, 22, AgentState.READY, "wrap-up over"),
            line(two, -5, AgentState.SIGNED_OUT, "desk"),
        ],
    )
    days = agent_days(session, midnight, midnight + timedelta(minutes=32))
    assert days[one].today == Today(1, 600.0, 1200.0, 1920.0)
    assert days[one].offered_at == {SALES: (midnight + timedelta(minutes=10)).timestamp()}
    assert days[two].today == Today()


def test_a_stored_decision_can_be_made_again(session):
    def considered(agent, verdict, skill, **more):
        return Considered(AgentId(agent), 5.0, verdict, {"rank": 1.0, "skill": skill}, **more)

    made = DecisionFact(
        FactId("f1"),
        WorkId("c1"),
        CallId("c1"),
        datetime(2026, 11, 2, tzinfo=UTC),
        SALES,
        AgentId(2),
        Rule.BEST_SKILLED,
        3.0,
        (
            considered(2, Verdict.CHOSEN, 9.0),
            considered(1, Verdict.LESS_SKILLED, 4.0),
            considered(3, Verdict.LACKS_SKILL, 12.0, lacks="english 5"),
        ),
        step=1,
    )
    freed = replace(
        made,
        fact=FactId("f2"),
        at=made.at + timedelta(seconds=1),
        rule=Rule.MOST_URGENT,
        works=(
            ConsideredWork(WorkId("c1"), SALES, 3.0, 10.0),
            ConsideredWork(WorkId("c2"), NIGHT, 3.0, 9.0),
        ),
    )
    keep_decisions(session, [made, freed])
    found = decisions_of(session, "c1")
    assert found == [made, freed]
    assert [replay(one) for one in found] == [("c1", 2), ("c1", 2)]


def test_the_owner_of_a_customer_is_known_by_their_number(session, people):
    number = "+8613800138000"
    assert familiar_users(session, number) == FamiliarUsers()
    made = add_customer(session, CustomerDraft("王小明", phones=(number,)))
    session.execute(update(CustomerRow).where(CustomerRow.id == made.id).values(owner=people[1]))
    assert familiar_users(session, number) == FamiliarUsers(people[1])


def _id(session, key):
    return session.scalars(select(QueueRow.id).where(QueueRow.key == key)).one()
