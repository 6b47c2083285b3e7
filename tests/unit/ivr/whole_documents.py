"""Random documents of flows with steps that decide, look up, and go through other flows."""

from hypothesis import strategies as st
from unit.ivr.documents import _step

QUEUES = ["sales", "support"]


@st.composite
def whole_documents(draw, prefix="s", flows=(2,)):
    """A document of most step types, without circles in which nobody is asked."""
    names = [f"{prefix}{number}" for number in range(draw(st.integers(1, 7)))]
    end = f"{prefix}-end"
    nodes = {end: {"type": "queue", "queue": draw(st.sampled_from(QUEUES))}}
    for place, name in enumerate(names):
        later = st.sampled_from([*names[place + 1 :], end])
        nodes[name] = node = draw(st.one_of(_step(later), _deciding(later, flows)))
        if node["type"] in {"menu", "collect"}:  # only there a caller may turn back
            ways = node.get("choices", node)
            for key in ways if ways is not node else ("then",):
                ways[key] = draw(st.sampled_from([*names, ways[key]]))
    return {"start": names[0], "nodes": nodes}


def _deciding(steps, flows):
    common = {"error": steps}
    when = st.sampled_from(['order == "1"', "level == 'gold'", "tries < 3", "1 == 1"])
    branches = st.lists(st.fixed_dictionaries({"when": when, "then": steps}), min_size=1)
    shares = st.lists(
        st.fixed_dictionaries({"share": st.sampled_from([20, 50]), "then": steps}),
        min_size=1,
        max_size=2,
    )
    kinds = [
        {"type": st.just("condition"), "branches": branches, "otherwise": steps},
        {"type": st.just("share"), "shares": shares, "otherwise": steps},
        {
            "type": st.just("set"),
            "variable": st.sampled_from(["level", "tries"]),
            "value": st.sampled_from(["gold", "=tries + 1", "{order}"]),
            "then": steps,
        },
        {
            "type": st.just("hours"),
            "group": st.sampled_from([4, 9]),
            "opened": steps,
            "closed": steps,
        },
        {
            "type": st.just("http"),
            "url": st.just("https://crm.example.com/"),
            "answers": st.just({"level": "level"}),
            "then": steps,
        },
        {"type": st.just("customer"), "found": steps, "unknown": steps},
        {"type": st.just("language"), "language": st.just("zh_CN"), "then": steps},
        {"type": st.just("back")},
        {"type": st.just("survey"), "flow": st.sampled_from(flows), "then": steps},
        {"type": st.just("agent_number"), "then": steps},
        {"type": st.just("put_on_list"), "number_list": st.just(1), "then": steps},
        {
            "type": st.just("score"),
            "question": st.just("order"),
            "tries": st.integers(1, 3),
            "then": steps,
            "otherwise": steps,
        },
        *(
            {"type": st.just(word), "flow": st.sampled_from([*flows, 9]), **more}
            for word, more in (("subflow", {"then": steps}), ("flow", {}))
        ),
    ]
    return st.one_of(*(st.fixed_dictionaries(kind, optional=common) for kind in kinds))
