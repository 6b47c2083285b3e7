"""The E-model against published values, and its words."""

import pytest

from crm.calls.quality import Quality, SoundStretch, is_bad, mos, mos_of, r_factor, word_of


@pytest.mark.parametrize(
    ("r", "score"),
    # G.107, annex B, and table B.1.
    [
        (0, 1.0),
        (50, 2.58),
        (60, 3.10),
        (70, 3.60),
        (80, 4.03),
        (90, 4.34),
        (93.2, 4.41),
        (100, 4.5),
    ],
)
def test_the_score_follows_from_r_as_in_g_107(r, score):
    assert mos_of(r) == pytest.approx(score, abs=0.01)


@pytest.mark.parametrize(
    ("percent", "impairment"),
    # G.113, appendix I: G.711 with concealment, Bpl 25.1: 95 * 2 / 27.1 and so on.
    [(0, 0.0), (1, 3.64), (2, 7.01), (5, 15.78), (10, 27.07)],
)
def test_lost_packets_of_g_711_cost_what_g_113_says(percent, impairment):
    without = r_factor("ulaw", SoundStretch(0.0))
    assert without - r_factor("ulaw", SoundStretch(percent / 100)) == pytest.approx(
        impairment, abs=0.01
    )


def test_g_729_without_loss_is_rated_as_published():
    # R = 93.2 - 11 = 82.2 without delay: MOS 4.1.
    assert r_factor("g729", SoundStretch(0.0)) == pytest.approx(82.2, abs=0.8)
    assert mos("g729", SoundStretch(0.0)) == pytest.approx(4.1, abs=0.05)


def test_delay_costs_little_up_to_177_ms_one_way_and_much_beyond():
    near = r_factor("ulaw", SoundStretch(0.0, 0.0, 200.0))
    far = r_factor("ulaw", SoundStretch(0.0, 0.0, 800.0))
    assert near == pytest.approx(93.2 - 0.024 * 130, abs=0.01)
    assert far == pytest.approx(93.2 - 0.024 * 430 - 0.11 * (430 - 177.3), abs=0.01)


def test_opus_is_as_good_as_g_711_without_loss_and_an_unknown_codec_counts_as_g_711():
    assert (
        mos("opus", SoundStretch(0.0))
        == mos("alaw", SoundStretch(0.0))
        == mos("", SoundStretch(0.0))
    )
    assert mos("opus", SoundStretch(0.05)) < mos("alaw", SoundStretch(0.05))


@pytest.mark.parametrize(
    ("score", "word"),
    [(4.41, Quality.GOOD), (4.0, Quality.GOOD), (3.6, Quality.FAIR), (3.49, Quality.POOR),
     (2.6, Quality.POOR), (2.59, Quality.BAD), (1.0, Quality.BAD)],
)  # fmt: skip
def test_each_score_has_a_word(score, word):
    assert word_of(score) is word


def test_sound_is_bad_by_its_loss_or_by_its_score():
    assert not is_bad("ulaw", SoundStretch(0.03))
    assert is_bad("ulaw", SoundStretch(0.031))
    assert is_bad("ulaw", SoundStretch(0.0, 0.0, 1000.0))


@pytest.mark.parametrize("loss", [-1.0, 0.0, 0.5, 1.0, 7.0])
@pytest.mark.parametrize("trip", [0.0, 10_000.0])
def test_a_score_is_always_between_1_and_4_5(loss, trip):
    assert 1.0 <= mos("opus", SoundStretch(loss, 300.0, trip)) <= 4.5
