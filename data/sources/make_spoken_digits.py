"""Make ``spoken_digits.npz``: the words zero … nine, spoken by espeak-ng, as log-mel pictures.

    apt-get install espeak-ng              # 1.51 made the file that ships
    python -m data.sources.make_spoken_digits

32 synthetic voices say each digit several times, with other pitch, speed, loudness of noise and
starting time. 24 voices make the training set, 8 others the test set. Every recording has its own
random generator, so any one of them can be made again alone; the same espeak-ng gives the same
file, byte for byte.
"""

import io
import shutil
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np

from data.sources.formats import to_npz

TARGET = Path(__file__).resolve().parents[1] / "spoken_digits.npz"
WORDS = "zero one two three four five six seven eight nine".split()

# A voice is an accent of English with one of espeak-ng's speaker variants; no variant is in both.
TRAIN_VOICES = """
en-us+f1 en-gb+f3 en-029+Lee en-us+m1 en-gb+m2 en-gb-scotland+m4 en-us-nyc+m6 en-gb-x-rp+m8
en-gb+Alicia en-us+Annie en-us-nyc+belinda en-gb-x-rp+linda en-gb-scotland+shelby en-us+grandma
en-gb+grandpa en-us+Andy en-029+benjamin en-gb-x-gbclan+boris en-gb-x-gbcwmd+david en-us+ed
en-us-nyc+sandro en-gb+john en-gb-x-rp+klatt en-us+travis
""".split()
TEST_VOICES = """
en-us+f2 en-gb+f4 en-gb-scotland+m3 en-us-nyc+m7 en-gb+steph en-us+Michael en-029+paul
en-gb-x-rp+robert
""".split()
TAKES = 5  # recordings of each digit by each voice

RATE = 22050  # samples per second, of espeak-ng
WINDOW, HOP, N_FFT = 551, 496, 1024  # 25 ms, 22.5 ms; padded with zeros
FRAMES, BANDS = 32, 32
LENGTH = WINDOW + (FRAMES - 1) * HOP  # 0.722 s
LOWEST, HIGHEST = 80.0, 7600.0  # Hz
SNR_DB = (-2, 18)  # lowest and highest ratio of the word to the noise
RANGE_DB = 48  # anything fainter, below the loudest cell, is 0


def speak(word, voice, *, speed, pitch):
    """Return the samples, float in about [-1, 1], of a word without the silence around it."""
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(pitch), "--stdout", word]
    output = subprocess.run(command, capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(output)) as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
            raise ValueError(f"{voice}: expected 16-bit mono at {RATE} Hz")
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768.0
    loud = np.flatnonzero(np.abs(samples) > 0.02 * np.abs(samples).max())
    return samples[loud[0] : loud[-1] + 1]


def mel_filters():
    """Return the weights, (N_FFT // 2 + 1, BANDS): triangles that are evenly spaced in mel."""
    mel = np.linspace(*(2595 * np.log10(1 + np.array([LOWEST, HIGHEST]) / 700)), BANDS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    hertz = np.fft.rfftfreq(N_FFT, 1 / RATE)[:, None]
    rising, falling = (hertz - low) / (middle - low), (high - hertz) / (high - middle)
    return np.maximum(0, np.minimum(rising, falling))


def log_mel(samples):
    """Return the energy in dB, (FRAMES, BANDS), of LENGTH samples."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW), N_FFT)) ** 2
    return 10 * np.log10(power @ mel_filters() + 1e-12)


def quantise(decibel):
    """Return uint8 codes 0 … RANGE_DB: whole dB above (the loudest cell − RANGE_DB)."""
    return np.clip(np.rint(decibel - decibel.max() + RANGE_DB), 0, RANGE_DB).astype(np.uint8)


def record(voice, digit, take):
    """Return one recording as codes, (FRAMES, BANDS); the same arguments, the same codes."""
    number = (TRAIN_VOICES + TEST_VOICES).index(voice)
    rng = np.random.default_rng([2024, number, digit, take])
    speed, pitch = int(rng.integers(130, 211)), int(rng.integers(20, 81))
    word = speak(WORDS[digit], voice, speed=speed, pitch=pitch)[:LENGTH]
    start = rng.integers(0, LENGTH - len(word) + 1)
    samples = np.zeros(LENGTH)
    samples[start : start + len(word)] = word
    # Hiss and rumble of a room: white and brown noise in a random mixture, at a random level.
    white = rng.standard_normal(LENGTH)
    brown = np.cumsum(rng.standard_normal(LENGTH))
    brown -= np.linspace(brown[0], brown[-1], LENGTH)
    mixture = rng.uniform(0, 1)
    noise = mixture * white / white.std() + (1 - mixture) * brown / brown.std()
    signal_to_noise = rng.uniform(*SNR_DB)
    level = np.sqrt((word**2).mean() / (noise**2).mean()) * 10 ** (-signal_to_noise / 20)
    return quantise(log_mel(samples + level * noise))


def make_set(voices, *, order_seed):
    """Return codes (n, FRAMES, BANDS), digits (n,), and voice, take (n,), in random order."""
    takes = [(v, d, t) for v in voices for d in range(10) for t in range(TAKES)]
    takes = [takes[i] for i in np.random.default_rng(order_seed).permutation(len(takes))]
    voice, digit, take = zip(*takes, strict=True)
    codes = np.stack([record(*row) for row in takes])
    return codes, np.array(digit, np.uint8), np.array(voice), np.array(take, np.uint8)


def main():
    if shutil.which("espeak-ng") is None:
        sys.exit("There is no espeak-ng: install Debian's package espeak-ng.")
    arrays = {}
    for part, voices, seed in [("train", TRAIN_VOICES, 0), ("test", TEST_VOICES, 1)]:
        codes, digit, voice, take = make_set(voices, order_seed=seed)
        arrays |= {f"X_{part}": codes, f"y_{part}": digit, f"voice_{part}": voice}
        arrays |= {f"take_{part}": take}
        print(f"{part}: {codes.shape}, {len(voices)} voices")
    content = to_npz(arrays)
    TARGET.write_bytes(content)
    print(f"{TARGET.name}: {len(content)} bytes")


if __name__ == "__main__":
    main()
