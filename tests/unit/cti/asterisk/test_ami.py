"""AMI actions that may be sent, and how answers are read."""

import pytest

from cti.asterisk.ami import AMIError, action_lines


def test_a_line_break_in_a_value_is_refused():
    with pytest.raises(AMIError, match="line break"):
        action_lines("QueueAdd", {"Interface": "PJSIP/p7\r\nAction: Originate"})


def test_a_line_break_in_a_name_is_refused():
    with pytest.raises(AMIError, match="line break"):
        action_lines("QueueAdd", {"Interface\nX": "PJSIP/p7"})


def test_a_shell_command_is_never_sent():
    with pytest.raises(AMIError, match="not allowed"):
        action_lines("MixMonitor", {"Channel": "PJSIP/p7-1", "Command": "id"})


def test_chinese_names_keep_their_bytes():
    said = action_lines("QueueAdd", {"MemberName": "陈"})

    assert said["MemberName"].encode("latin-1").decode() == "陈"
