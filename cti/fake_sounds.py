"""What the legs of the fake Asterisk hear: prompts, music, silence, a message that is recorded."""

from cti.core import events as e
from cti.core.commands import (
    Command,
    Play,
    ReceiveFax,
    RecordMessage,
    StartMusic,
    StartSilence,
    StopMessage,
    StopMusic,
    StopPlay,
    StopSilence,
)
from cti.core.leg import LegId


def play(
    hearing: dict[LegId, str], playing: dict[str, tuple[str, ...]], command: Command
) -> list[e.Event]:
    """Let a leg hear something else; gives Asterisk's event for it. Other commands do nothing."""
    match command:
        case Play(leg=leg, playback=playback, prompts=prompts):
            hearing[leg], playing[playback] = playback, prompts
        case StopPlay(leg=leg, playback=playback):
            hearing.pop(leg, None)
            return [e.PlaybackEnded(leg, playback)]
        case RecordMessage(leg=leg, file=file):
            hearing[leg] = f"message {file}"
        case StopMessage(leg=leg, file=file):
            hearing.pop(leg, None)
            return [e.MessageEnded(leg, file)]
        case ReceiveFax(leg=leg, file=file):
            hearing[leg] = f"fax {file}"
        case StartMusic(leg=leg):
            hearing[leg] = "music"
        case StartSilence(leg=leg):
            hearing[leg] = "silence"
        case StopMusic(leg=leg) | StopSilence(leg=leg):
            hearing.pop(leg, None)
        case _:
            pass
    return []
