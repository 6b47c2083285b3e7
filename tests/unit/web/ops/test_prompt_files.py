"""The engine finds the sound of a prompt in the caller's language, else in English."""

from pathlib import Path

from web.ops.engine_process import PromptFiles


def made(sounds: Path, *prompts: str) -> PromptFiles:
    for prompt in prompts:
        file = sounds / "hotline" / f"{prompt}.wav"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return PromptFiles(sounds, Path("/messages"))


def test_a_prompt_is_taken_in_the_callers_language(tmp_path: Path) -> None:
    find = made(tmp_path, "en/greeting", "zh_CN/greeting", "en/goodbye")

    assert find("greeting", "zh_CN") == str(tmp_path / "hotline/zh_CN/greeting")
    assert find("greeting", "en") == str(tmp_path / "hotline/en/greeting")
    assert find("goodbye", "zh_CN") == str(tmp_path / "hotline/en/goodbye")
    assert find("beep", "zh_CN") == "beep"


def test_a_prompt_that_is_spoken_later_is_found(tmp_path: Path) -> None:
    find = made(tmp_path, "en/greeting")
    assert find("greeting", "zh_CN").endswith("en/greeting")
    made(tmp_path, "zh_CN/greeting")

    assert find("greeting", "zh_CN").endswith("zh_CN/greeting")


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    find = made(tmp_path / "sounds", "en/greeting")
    (tmp_path / "secret.wav").touch()

    assert find("../../../secret", "en") == "secret"
    assert find("greeting", "../en").endswith("en/greeting")


def test_a_message_of_a_box_is_played_from_its_folder_and_from_nowhere_else(tmp_path: Path) -> None:
    find = made(tmp_path)

    assert find("message:voicemail/1764.5-1", "en") == "/messages/voicemail/1764.5-1"
    assert not find("message:voicemail/../../etc/passwd", "en")
    assert not find("message:/etc/passwd", "en")
