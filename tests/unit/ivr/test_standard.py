"""The standard flow as a simple form: written as a document, and read back from it."""

import copy

from unit.ivr import documents

from ivr.flow import queues, read_flow
from ivr.run import hear, start
from ivr.standard import StandardFlow, document_of, read_standard
from ivr.step import Key, Say
from ivr.steps.language import LANGUAGE

FLOW = StandardFlow("operator", {"1": "sales", "2": "support"}, "flow-7-greeting", "flow-7-menu")


def test_a_document_is_read_back_as_the_form_that_made_it():
    for flow in (FLOW, StandardFlow("sales"), StandardFlow("menu", {"1": "sales"})):
        assert read_standard(document_of(flow)) == flow


def test_callers_hear_greeting_and_menu_and_a_key_leads_to_its_queue():
    flow = read_flow(7, 1, "Main", document_of(FLOW))

    assert start(flow).order == Say(("flow-7-greeting",))
    assert hear(flow, start(flow).run, Key("2")).choice == "support"
    assert queues(flow)[0] == "operator"


def test_without_choices_the_greeting_leads_to_the_queue():
    document = document_of(StandardFlow("sales"))

    assert document["nodes"]["greet"]["then"] == "sales"
    assert "menu" not in document["nodes"]


def test_a_flow_with_other_steps_is_not_for_the_form():
    more = document_of(FLOW)
    more["nodes"]["bye"] = {"type": "hangup", "prompts": ["goodbye"]}
    two_prompts = document_of(FLOW)
    two_prompts["nodes"]["greet"]["prompts"] = ["greeting", "closed"]

    assert read_standard(more) is None
    assert read_standard(two_prompts) is None
    assert read_standard({}) is None


def test_the_caller_s_language_is_a_variable_of_the_run():
    document = copy.deepcopy(documents.WELCOME)
    document["start"] = "chinese"
    document["nodes"]["chinese"] = {"type": "language", "language": "zh_CN", "then": "greet"}
    flow = read_flow(1, 1, "Welcome", document)

    assert start(flow).run.variables == {LANGUAGE: "zh_CN"}
    assert start(flow).order == Say(("greeting",))
