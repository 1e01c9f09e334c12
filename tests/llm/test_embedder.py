"""The embedded embedder: unit rows, meaning, independence of the batch, no import of wordllama."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.errors import InputError
from envfactory.llm import Embedder, WordLlamaEmbedder
from envfactory.llm import embedder as module


@pytest.fixture(scope="module")
def embedder() -> WordLlamaEmbedder:
    return WordLlamaEmbedder()


def test_it_is_an_embedder(embedder: WordLlamaEmbedder) -> None:
    one: Embedder = embedder
    assert one.dimensions == 256
    assert one.embed([]).shape == (0, 256)
    assert one.embed(["a", "b"]).dtype == np.float32


def test_rows_have_length_one_whatever_the_text(embedder: WordLlamaEmbedder) -> None:
    @given(st.lists(st.text(), max_size=5))
    def check(texts: list[str]) -> None:
        rows = embedder.embed(texts)
        assert rows.shape == (len(texts), 256)
        assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)

    check()


@pytest.mark.parametrize("text", ["", "   ", "\ud800", "\x00", "x" * 100_000])
def test_strange_texts_have_a_vector(embedder: WordLlamaEmbedder, text: str) -> None:
    assert np.isclose(np.linalg.norm(embedder.embed([text])[0]), 1.0, atol=1e-5)


def test_a_vector_does_not_depend_on_its_batch(embedder: WordLlamaEmbedder) -> None:
    texts = [f"order number {n} of the customer" * (n % 5) for n in range(2_100)]
    together = embedder.embed(texts)
    for n in (0, 1, 1_023, 1_024, 2_099):
        assert together[n].tobytes() == embedder.embed([texts[n]])[0].tobytes()


def test_related_words_are_closer_than_unrelated_ones(embedder: WordLlamaEmbedder) -> None:
    a, b, c = embedder.embed(["departure city", "origin town", "invoice total amount"])
    assert a @ b > a @ c + 0.2


def test_same_bytes_in_another_process_and_no_code_of_wordllama_runs() -> None:
    script = (
        "import hashlib, sys\n"
        "from envfactory.llm import WordLlamaEmbedder\n"
        "rows = WordLlamaEmbedder().embed(['customer id', 'name of the city', ''])\n"
        "assert not any(name.split('.')[0] == 'wordllama' for name in sys.modules)\n"
        "print(hashlib.sha256(rows.tobytes()).hexdigest())\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    rows = WordLlamaEmbedder().embed(["customer id", "name of the city", ""])
    assert run.stdout.strip() == hashlib.sha256(rows.tobytes()).hexdigest()


def test_a_missing_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WEIGHTS", "wordllama/weights/gone.safetensors")
    with pytest.raises(InputError, match=r"gone\.safetensors is missing"):
        WordLlamaEmbedder()


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PACKAGE", "no-such-package-here")
    with pytest.raises(InputError, match="not installed"):
        WordLlamaEmbedder()
