"""Ask for digits, check them, read them back if wanted, and keep them in a variable."""

from dataclasses import dataclass, field

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from ivr import digits
from ivr.digits import (
    LONGEST_WAIT_SECONDS,
    MOST_DIGITS,
    DigitCheck,
    DigitProgress,
    DigitRules,
    Typed,
)
from ivr.fields import FieldKind, spec
from ivr.speak.languages import speech_in
from ivr.step import (
    UNSAVED,
    Answered,
    AtStep,
    Do,
    Failed,
    Goto,
    Heard,
    Key,
    Listen,
    PromptsOver,
    Say,
    Stay,
    StepAnswer,
    StepId,
    StepState,
    StepType,
    WaitsFor,
)
from ivr.steps.language import DEFAULT, LANGUAGE

MOST_TRIES = 9
LONGEST_NAME = 40
NO_KEY = "none"
YES, NO = "1", "2"
ENTERED, CONFIRM = ("collect-entered",), ("collect-confirm",)
TRIES, DIGITS, CONFIRMING = "tries", "digits", "confirming"
SECRET = f"{UNSAVED}{DIGITS}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectFields:
    """The question, which digits are taken, and what happens without them."""

    prompts: tuple[str, ...] = field(
        default=(), metadata=spec(N_("Prompts"), FieldKind.PROMPTS, least=1)
    )
    variable: str = field(metadata=spec(N_("Variable"), FieldKind.VARIABLE))
    least: int = field(
        default=1, metadata=spec(N_("Fewest digits"), FieldKind.INTEGER, least=1, most=MOST_DIGITS)
    )
    most: int = field(
        default=11, metadata=spec(N_("Most digits"), FieldKind.INTEGER, least=1, most=MOST_DIGITS)
    )
    terminator: str = field(
        default="#",
        metadata=spec(N_("Key that ends the input"), FieldKind.OPTION, options=["#", "*", NO_KEY]),
    )
    clear: str = field(
        default="*",
        metadata=spec(N_("Key that begins anew"), FieldKind.OPTION, options=["*", "#", NO_KEY]),
    )
    check: str = field(
        default=DigitCheck.ANY.value,
        metadata=spec(N_("Check"), FieldKind.OPTION, options=[one.value for one in DigitCheck]),
    )
    wrong: tuple[str, ...] = field(  # before asking again
        default=("collect-wrong",),
        metadata=spec(N_("Prompts after a wrong input"), FieldKind.PROMPTS),
    )
    confirm: bool = field(default=False, metadata=spec(N_("Read the digits back"), FieldKind.FLAG))
    secret: bool = field(
        default=False, metadata=spec(N_("Keep the keys out of the timeline"), FieldKind.FLAG)
    )
    barge_in: bool = field(
        default=True, metadata=spec(N_("A key stops the prompts"), FieldKind.FLAG)
    )
    type_ahead: bool = field(
        default=True, metadata=spec(N_("Keys pressed before count"), FieldKind.FLAG)
    )
    wait_seconds: float = field(
        default=6.0,
        metadata=spec(
            N_("Seconds to wait for a key"), FieldKind.NUMBER, least=1, most=LONGEST_WAIT_SECONDS
        ),
    )
    next_seconds: float = field(
        default=4.0,
        metadata=spec(
            N_("Seconds to wait for the next key"),
            FieldKind.NUMBER,
            least=1,
            most=LONGEST_WAIT_SECONDS,
        ),
    )
    tries: int = field(
        default=3, metadata=spec(N_("Tries"), FieldKind.INTEGER, least=1, most=MOST_TRIES)
    )
    then: StepId = field(metadata=spec(N_("Then"), FieldKind.OUTPUT))
    otherwise: StepId = field(metadata=spec(N_("After the last try"), FieldKind.OUTPUT))


def check(step: StepId, fields: CollectFields) -> None:
    """Require a question, a variable, possible lengths and times, and an end to asking."""
    if not fields.prompts:
        raise InvalidError("The step “{node}” plays nothing.", field=step, node=step)
    name = fields.variable
    if not (name.isascii() and name.isidentifier() and len(name) <= LONGEST_NAME):
        raise InvalidError(
            "The step “{node}” needs a variable of letters, digits and “_”.", field=step, node=step
        )
    if name == LANGUAGE:
        raise InvalidError("The step “{node}” cannot set the language.", field=step, node=step)
    if not 1 <= fields.least <= fields.most <= MOST_DIGITS:
        raise InvalidError("The step “{node}” takes 1 to 32 digits.", field=step, node=step)
    if fields.terminator == fields.clear != NO_KEY:
        raise InvalidError("The step “{node}” has one key for two purposes.", field=step, node=step)
    waits = (fields.wait_seconds, fields.next_seconds)
    in_time = all(1 <= one <= LONGEST_WAIT_SECONDS for one in waits)
    if not (in_time and 1 <= fields.tries <= MOST_TRIES):
        raise InvalidError(
            "The step “{node}” waits 1 to 60 seconds and asks 1 to 9 times.", field=step, node=step
        )


def rules_of(fields: CollectFields) -> DigitRules:
    """Which digits are taken."""
    return DigitRules(
        fields.least,
        fields.most,
        "" if fields.terminator == NO_KEY else fields.terminator,
        "" if fields.clear == NO_KEY else fields.clear,
        fields.wait_seconds,
        fields.next_seconds,
        DigitCheck(fields.check),
    )


def enter(fields: CollectFields, _at: AtStep) -> StepAnswer:
    """Ask."""
    return Do(Say(fields.prompts), WaitsFor.PROMPTS)


def hear(fields: CollectFields, at: AtStep, heard: Heard) -> StepAnswer | None:
    """Take keys, and wait for the next one after the prompts."""
    if at.state.get(CONFIRMING):
        return _confirming(fields, at, heard)
    typed, rules = _typed(fields, at), rules_of(fields)
    prompted = at.waits_for is WaitsFor.PROMPTS
    match heard:
        case Answered():
            return None
        case Key(digit=key) if prompted and not fields.barge_in:
            return _kept(fields, at, key)
        case Key(digit=key):
            return _go_on(fields, at, digits.press(rules, typed, key))
        case _ if prompted:  # kept keys may be any
            return _go_on(fields, at, _retyped(rules, typed))
        case _:
            return _go_on(fields, at, digits.time_over(rules, typed))


def _kept(fields: CollectFields, at: AtStep, key: str) -> StepAnswer | None:
    """Keep a key for the end of the prompts, which play on."""
    typed = _typed(fields, at)
    if not fields.type_ahead or len(typed) >= MOST_DIGITS:
        return None
    return Do(Stay(), WaitsFor.PROMPTS, {**at.state, _name(fields): typed + key})


def _retyped(rules: DigitRules, keys: str) -> Typed:
    """The keys that were kept, taken one after the other."""
    said = Typed()
    for key in keys:
        if said.progress is DigitProgress.MORE:
            said = digits.press(rules, said.digits, key)
    return said


def _go_on(fields: CollectFields, at: AtStep, said: Typed) -> StepAnswer:
    match said.progress:
        case DigitProgress.MORE:
            wait = rules_of(fields).wait_seconds(said.digits)
            return Do(Listen(wait), WaitsFor.KEY, {**_tried(at), _name(fields): said.digits})
        case DigitProgress.DONE if fields.confirm:
            return _read_back(fields, at, said.digits)
        case DigitProgress.DONE:
            return Goto("then", {fields.variable: said.digits})
        case DigitProgress.NOTHING:
            return _again(fields, at, ())
        case DigitProgress.SHORT | DigitProgress.WRONG:
            return _again(fields, at, fields.wrong)


def _read_back(fields: CollectFields, at: AtStep, typed: str) -> StepAnswer:
    speech = speech_in(at.variables.get(LANGUAGE, DEFAULT))
    state = {**_tried(at), _name(fields): typed, CONFIRMING: 1}
    return Do(Say((*ENTERED, *speech.telephone(typed), *CONFIRM)), WaitsFor.PROMPTS, state)


def _confirming(fields: CollectFields, at: AtStep, heard: Heard) -> StepAnswer | None:
    """Yes, or once more; without an answer the digits are asked for again."""
    typed = _typed(fields, at)
    match heard:
        case Key(digit=key) if key == YES:
            return Goto("then", {fields.variable: typed})
        case Key(digit=key) if key == NO:
            return _again(fields, at, ())
        case Key() | Answered():
            return None
        case PromptsOver() | Failed() if at.waits_for is WaitsFor.PROMPTS:
            return Do(Listen(fields.wait_seconds), WaitsFor.KEY, at.state)
        case _:
            return _again(fields, at, ())


def _again(fields: CollectFields, at: AtStep, first: tuple[str, ...]) -> StepAnswer:
    tries = int(at.state.get(TRIES, 0)) + 1
    if tries >= fields.tries:
        return Goto("otherwise")
    return Do(Say((*first, *fields.prompts)), WaitsFor.PROMPTS, {TRIES: tries})


def _name(fields: CollectFields) -> str:
    return SECRET if fields.secret else DIGITS


def _typed(fields: CollectFields, at: AtStep) -> str:
    return str(at.state.get(_name(fields), ""))


def _tried(at: AtStep) -> StepState:
    return {TRIES: at.state[TRIES]} if TRIES in at.state else {}


def hear_ahead(fields: CollectFields, at: AtStep, digit: str) -> StepAnswer | None:
    """A key that was pressed in a step before is the first of the digits."""
    if not fields.type_ahead:
        return None
    return _go_on(fields, at, digits.press(rules_of(fields), "", digit))


def resume(fields: CollectFields, at: AtStep) -> StepAnswer:
    """A new engine goes on with the digits that were typed."""
    typed = _typed(fields, at)
    if typed and at.state.get(CONFIRMING):
        return _read_back(fields, at, typed)
    if typed:
        return _go_on(fields, at, _retyped(rules_of(fields), typed))
    return Do(Say(fields.prompts), WaitsFor.PROMPTS, _tried(at))


STEP = StepType(
    "collect",
    N_("Ask for digits"),
    CollectFields,
    enter,
    hear,
    check,
    onward="otherwise",
    hear_ahead=hear_ahead,
    resume=resume,
    hides=lambda fields: fields.secret,
)
