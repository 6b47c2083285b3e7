"""The check of a flow before it is published."""

from ivr.check import World, check_flow


def test_a_step_whose_prompts_have_a_default_needs_none_of_its_own():
    score = {"type": "score", "then": "bye", "otherwise": "bye"}
    nodes = {"score": score, "bye": {"type": "hangup"}}
    assert check_flow({"start": "score", "nodes": nodes}) == []


def test_a_prompt_that_is_none_is_named_before_any_number_leads_to_the_flow():
    nodes = {"bye": {"type": "hangup", "prompts": ["../../etc/passwd"]}}
    (problem,) = check_flow({"start": "bye", "nodes": nodes}, World(prompts={"greeting": {"en"}}))
    assert (problem.step, problem.place) == ("bye", "prompts")
