"""Documents of flows: one that many tests use, and random ones."""

from hypothesis import strategies as st

WELCOME = {
    "start": "greet",
    "nodes": {
        "greet": {"type": "play", "prompts": ["greeting"], "then": "menu"},
        "menu": {
            "type": "menu",
            "prompts": ["menu"],
            "choices": {"1": "sales", "*": "bye"},
            "wrong": ["wrong-key"],
            "otherwise": "sales",
        },
        "sales": {"type": "queue", "queue": "sales", "priority": 2},
        "bye": {"type": "hangup", "prompts": ["goodbye"]},
    },
}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@st.composite
def documents(draw):
    """A document with steps that lead to existing steps; circles are possible."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 7)))]
    return {
        "start": draw(st.sampled_from(names)),
        "nodes": {name: draw(_step(st.sampled_from(names))) for name in names},
    }


def _step(steps):
    prompts = st.lists(st.sampled_from(["greeting", "menu"]), min_size=1, max_size=2)
    common = {"name": st.just("A step"), "error": steps}
    play = {"type": st.just("play"), "prompts": prompts, "then": steps}
    menu = {
        "type": st.just("menu"),
        "prompts": prompts,
        "choices": st.dictionaries(st.sampled_from("0123456789*#"), steps, min_size=1, max_size=3),
        "otherwise": steps,
    }
    more = {
        "wrong": prompts,
        "wait_seconds": st.one_of(st.integers(1, 60), st.floats(1, 60)),
        "tries": st.integers(1, 9),
    }
    queue = {"type": st.just("queue"), "queue": st.sampled_from(["sales", "support"])}
    say = {"type": st.just("say"), "say_as": st.sampled_from(["number", "money"]), "then": steps}
    value = {"value": st.sampled_from(["12", "x"])}
    variable = {"variable": st.sampled_from(["order", "nothing"])}
    around = {"before": prompts, "after": prompts, "currency": st.just("USD")}
    collect = {
        "type": st.just("collect"),
        "prompts": prompts,
        "variable": st.just("order"),
        "then": steps,
        "otherwise": steps,
    }
    rules = {
        "least": st.integers(1, 3),
        "most": st.integers(1, 5),
        "terminator": st.sampled_from(["#", "none"]),
        "clear": st.sampled_from(["*", "none"]),
        "check": st.sampled_from(["any", "luhn"]),
        "wrong": prompts,
        **dict.fromkeys(("confirm", "secret", "barge_in", "type_ahead"), st.booleans()),
        "wait_seconds": st.integers(1, 60),
        "next_seconds": st.integers(1, 60),
        "tries": st.integers(1, 9),
    }
    return st.one_of(
        st.fixed_dictionaries(say | value, optional=common | around),
        st.fixed_dictionaries(say | variable, optional=common | around),
        st.fixed_dictionaries(collect, optional=common | rules),
        st.fixed_dictionaries(play, optional=common),
        st.fixed_dictionaries(menu, optional=common | more),
        st.fixed_dictionaries(queue, optional=common | {"priority": st.integers(-3, 3)}),
        st.fixed_dictionaries({"type": st.just("hangup")}, optional=common | {"prompts": prompts}),
    )
