"""AMI actions that may be sent, how answers are read, and a link that is lost at once."""

import asyncio
from unittest.mock import Mock

import pytest
import structlog

from cti.asterisk.ami import ANSWER_SECONDS, AMIClient, AMIError, action_lines


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


def test_a_login_on_a_connection_that_was_lost_at_once_does_not_wait_for_an_answer(monkeypatch):
    async def lost_at_once(make, *_):
        protocol = make()
        transport = Mock(spec=asyncio.Transport)
        protocol.connection_made(transport)
        protocol.connection_lost(None)
        return transport, protocol

    async def told():
        client = AMIClient(("127.0.0.1", 1), ("hotline", "secret"))
        monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", lost_at_once)
        link = asyncio.create_task(client.run())
        await asyncio.sleep(ANSWER_SECONDS / 5)
        client.close()
        await asyncio.wait_for(link, ANSWER_SECONDS / 5)

    with structlog.testing.capture_logs() as logs:
        asyncio.run(told())

    assert len([one for one in logs if one["event"] == "AMI is away"]) > 1
