"""What can happen at a site: an act is a name and its arguments, and is played on the fake.

An act that makes no sense at its moment does nothing, so that any acts in any order make a story.
"""

from hypothesis import strategies as st

from acd.agent import Phone
from acd.queue import AgentId, Queue, QueueKey, members_of
from acd.work import WorkId
from crm.calls.record import CallId
from crm.kernel.destination import read_destination, to_agent
from cti.core import chat_events
from cti.core import events as e
from cti.core import requests as r
from cti.core.leg import BadSound, LegId, SoundTrouble
from cti.core.recording_events import RecordingFailed
from cti.core.sound_events import SoundChanged

AGENTS = (1, 2, 3)
CALLS = ("c1", "c2", "c3", "c4")
QUEUES = ("sales", "support", "operator")

calls = st.sampled_from(CALLS).map(CallId)
agents = st.sampled_from(AGENTS).map(AgentId)
phones = st.sampled_from(list(Phone))
flags = st.booleans()
destinations = st.one_of(
    agents.map(to_agent),
    st.sampled_from(["queue:sales", "queue:gone", "hangup", "number:+8613800138000"]).map(
        read_destination
    ),
)
queues = st.sampled_from(QUEUES).map(QueueKey)
chats = st.sampled_from(("chat1", "chat2", "chat3", "chat4")).map(WorkId)
dialled = st.sampled_from(("d1", "d2")).map(CallId)
legs = st.builds(
    lambda call, n: LegId(f"{call}-a{n}"), st.one_of(calls, dialled), st.integers(1, 4)
)

sounds = st.sampled_from(
    [SoundTrouble(), SoundTrouble(BadSound(0.06, 3.4)), SoundTrouble(None, BadSound(0.2, 2.1))]
)

wire = st.one_of(
    st.builds(e.DigitPressed, calls, st.sampled_from("0129*")),
    st.builds(
        e.PlaybackEnded, calls, st.builds(lambda c, n: f"{c}-p{n}", calls, st.integers(1, 4))
    ),
    st.builds(e.LegHeld, legs, flags),
    st.builds(SoundChanged, st.one_of(calls, legs), sounds),
    st.builds(e.ReferReceived, st.one_of(calls, legs)),
    st.builds(e.ReferReceived, legs, st.sampled_from(["1002", "13800138000"])),
    st.builds(e.ReferReceived, legs, other=legs),
    st.builds(e.LegRang, legs),
    st.builds(e.LegCreated, legs),
    st.builds(e.Misplaced, st.one_of(calls, legs)),
    st.builds(e.PhoneReachable, agents, phones, flags),
    st.builds(RecordingFailed, calls, st.just("why")),
    st.builds(chat_events.ChatArrived, chats, queues),
    st.builds(chat_events.ChatAccepted, chats, agents),
    st.builds(chat_events.ChatDeclined, chats, agents),
    st.builds(chat_events.ChatEnded, chats),
)
desk = st.one_of(
    st.builds(r.SignInAsked, agents, phones, flags),
    st.builds(r.SignOutAsked, agents),
    st.builds(e.PhoneStarted, agents),
    st.builds(r.StateAsked, agents, flags, st.just("lunch")),
    st.builds(r.HoldAsked, agents, calls, flags),
    st.builds(r.HangUpAsked, agents, calls),
    st.builds(r.DeclineAsked, agents, calls),
    st.builds(r.OutcomeChosen, agents, calls, st.just("solved")),
    st.builds(e.AgentDrifted, agents),
    st.builds(r.TransferAsked, agents, calls, destinations),
    st.builds(r.ConsultAsked, agents, calls, destinations),
    st.builds(r.ConferenceAsked, agents, calls),
    st.builds(r.AddAsked, agents, calls, destinations),
    st.builds(r.ParkAsked, agents, calls),
    st.builds(r.RetrieveAsked, agents, st.integers(1, 2)),
    st.builds(r.PickUpAsked, agents, calls),
    st.builds(r.MoveAsked, calls, st.none() | destinations),
    st.builds(r.ShuttleAsked, agents, calls),
    st.builds(r.CompleteAsked, agents, calls),
    st.builds(r.TakeBackAsked, agents, calls),
    st.builds(r.MonitorAsked, agents, calls, st.sampled_from(r.MonitorMode)),
    st.builds(r.DialAsked, dialled, agents, agents),
    st.builds(r.TransferAsked, agents, calls, agents.map(to_agent), wait=st.just(True)),
    st.builds(r.CallWhenFreeAsked, dialled, agents, agents, flags),
)
acts = st.one_of(
    st.tuples(st.just("hear"), wire),
    st.tuples(st.just("hear"), desk),
    st.tuples(st.just("dial"), calls),
    st.tuples(st.just("gone"), calls),
    st.tuples(st.just("answer"), legs),
    st.tuples(st.just("leg gone"), legs, st.sampled_from([0, 16, 17, 19, 20, 21, 44])),
    st.tuples(st.just("wait"), st.sampled_from([0.1, 3.0, 16.0, 40.0])),
    st.tuples(st.just("ready"), agents, st.just(Phone.SIP)),
    st.tuples(st.just("to queue"), calls),
    st.tuples(st.just("pick up"), calls),
    st.tuples(st.just("leg ends"), calls, st.sampled_from([16, 17, 20, 44])),
    st.tuples(st.just("comes back"), calls),
    st.tuples(st.just("transfer"), calls, st.integers(0, 3)),
    st.tuples(st.just("recipient"), calls, st.sampled_from(["answers", "hangs up"])),
    st.tuples(st.just("queue removed"), queues),
    st.tuples(st.just("queue edited"), queues, st.sets(agents)),
)


def play(fake, act):  # noqa: PLR0912 - one line an act
    """Let an act happen. An error of an agent's request is the caller's to handle."""
    match act:
        case "hear", event:
            fake.hear(event)
        case "dial", call if not fake.kinds(call):
            fake.dial(call)
        case "to queue", call if not fake.kinds(call):
            fake.dial(call)
            fake.prompts_end(call)
            fake.press(call, "2")
        case "press", call, digit if fake.rings_or_is_up(call):
            fake.press(call, digit)
        case "prompts end", call if fake.hears_prompts(call):
            fake.prompts_end(call)
        case "pick up", call if fake.agent_leg(call):
            fake.pick_up(call)
        case "leg ends", call, cause if fake.agent_leg(call):
            fake.leg_ends(call, cause)
        case "gone", call:
            fake.caller_hangs_up(call)
        case "answer", leg:
            fake.tell_answered(leg)
        case "leg gone", leg, cause:
            # Also for legs that are not there: late and doubled.
            fake.tell_ended(leg, cause)
        case "comes back", call if fake.rings_or_is_up(call):
            fake.comes_back(call)
        case "hold", call, hold:
            fake.hear(r.HoldAsked(fake.agent_of(call) or AgentId(1), call, hold))
        case "phone hold", call, held if fake.agent_leg(call):
            fake.tell_held(fake.agent_leg(call), held)
        case "transfer", call, what if fake.agent_of(call) is not None:
            fake.hear(_handed_on(call, fake.agent_of(call), what))
        case "recipient", call, what if leg := fake.recipient_leg(call):
            (fake.tell_answered if what == "answers" else fake.ends)(leg)
        case "ready", agent, phone:
            fake.hear(r.SignInAsked(agent, phone, reachable=True), r.StateAsked(agent, ready=True))
        case "queue removed", key:
            fake.hear(e.QueueChanged(key, None))
        case "queue edited", key, members:
            edited = Queue(key, key, members_of(sorted(members)))
            fake.hear(e.QueueChanged(key, edited), e.LineOpened(key))
        case "recorder", works:
            fake.recorder = works
        case "wait", seconds:
            fake.wait(seconds)


def _handed_on(call, agent, what):
    if what == 3:
        return r.CompleteAsked(agent, call)
    kind = r.TransferAsked if what == 0 else r.ConsultAsked
    return kind(agent, call, to_agent(AgentId(agent % 3 + 1)))
