"""First stage of a corpus build: each source read, counted, and understood."""

from __future__ import annotations

import re
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from envfactory.catalog import count_writes, covered_by
from envfactory.errors import InputError, OutputError, one_line
from envfactory.pipeline.corpus.settings import CorpusSource
from envfactory.pipeline.drop import Produced
from envfactory.records import Stored, content_hash, write_atomic
from envfactory.source import ApiDescription, NoOperations, Place, read_source
from envfactory.source.finder import NO_SOURCE
from envfactory.source.reader import reader_of
from envfactory.spec import NoTools, infer, stated_changes

UNREADABLE: Final = "cannot be read"
MEANINGLESS: Final = "no tool has a meaning by rules"
OUTSIDE: Final = "outside the asked number of operations"
BROKE: Final = "envfactory broke"

_OPERATION = re.compile(
    r"#/paths/[^/]+/(?:get|put|post|delete|patch|head|options|trace)|.*/methods/[^/]+|#/operations/[^/]+"
    r"|#/tools/[^/]+"
)


class Facts(Stored):
    """What a source was found to hold; `reason` says why it goes no further, if it does not."""

    source: str
    provider: str
    format: str = ""
    title: str = ""
    operations: int = Field(default=0, description="All of them, also those that cannot be read.")
    unread: int = Field(default=0, description="Those of them that cannot be read.")
    writes: int = Field(default=0, description="Those of them that are stated to change things.")
    tools: int = 0
    write_tools: int = 0
    covered: int = Field(default=0, description="Operations that have become part of a tool.")
    left_out: dict[str, int] = Field(default={}, description="Operations left out, by reason.")
    parts_left_out: dict[str, int] = Field(
        default={}, description="Parameters, fields and other parts left out, by reason."
    )
    reason: str = ""
    detail: str = ""


class Reading(Facts):
    """What the first stage hands to the second one."""

    name: str = Field(default="", description="The name that its environment would like to have.")
    spec: str = Field(default="", description="Name of the file that holds its specification.")

    def facts(self) -> dict[str, Any]:
        """Return the fields that are no matter of this stage alone."""
        return {name: getattr(self, name) for name in Facts.model_fields}

    @property
    def counts(self) -> bool:
        """Whether the source is one that was asked for, whatever became of it."""
        return self.reason not in (OUTSIDE, NO_SOURCE)


@dataclass(frozen=True, slots=True)
class Read:
    """Reads a source and infers the environment that it describes, where that is asked for.

    Attributes:
        specs: Folder for the specifications.
        min_operations: A source with fewer operations is left out.
        max_operations: A source with more is left out too.
    """

    specs: Path
    min_operations: int
    max_operations: int

    def __call__(self, given: tuple[CorpusSource, Place]) -> Produced[Reading]:
        """Return what the source holds. Whatever goes wrong is about this source alone.

        Raises:
            OutputError: If the specification cannot be written.
        """
        source, place = given
        reading = Reading(source=source.label, provider=source.provider)
        try:
            return Produced((self._read(reading, place),))
        except (OutputError, MemoryError):
            raise
        except NoOperations as error:
            reason = OUTSIDE if self.min_operations else UNREADABLE
            return Produced((reading.model_copy(update=because(reason, error)),))
        except InputError as error:
            reason = UNREADABLE if _is_source(place) else NO_SOURCE
            return Produced((reading.model_copy(update=because(reason, error)),))
        except Exception as error:
            return Produced((reading.model_copy(update=because(BROKE, error)),))

    def _read(self, reading: Reading, place: Place) -> Reading:
        description = read_source(place)
        reading = reading.model_copy(update=_counted(description))
        if not self.min_operations <= reading.operations <= self.max_operations:
            return reading.model_copy(update={"reason": OUTSIDE})
        return self._understand(reading, description)

    def _understand(self, reading: Reading, description: ApiDescription) -> Reading:
        try:
            spec = infer(description)
        except NoTools as error:
            counts = Counter(reading.left_out)
            counts.update(o.reason for o in error.omissions if o.subject == "operation")
            told = {**because(MEANINGLESS, error), "left_out": _sorted(counts)}
            return reading.model_copy(update=told)
        except InputError as error:
            return reading.model_copy(update=because(MEANINGLESS, error))
        except Exception as error:
            return reading.model_copy(update=because(BROKE, error))
        data = spec.model_dump_json().encode()
        file = content_hash(reading.source.encode()).removeprefix("sha256:")[:24] + ".json"
        write_atomic(self.specs / file, data)
        omitted = [o for o in spec.omissions if o.subject == "operation"]
        parts = [o for o in spec.omissions if o.subject != "operation"]
        left_out = Counter(reading.left_out)
        left_out.update(o.reason for o in omitted)
        return reading.model_copy(
            update={
                "name": spec.name,
                "spec": file,
                "title": spec.title,
                "tools": len(spec.tools),
                "write_tools": count_writes(spec),
                "covered": len(covered_by(spec)),
                "left_out": _sorted(left_out),
                "parts_left_out": _sorted(
                    Counter(reading.parts_left_out) + Counter(o.reason for o in parts)
                ),
            }
        )


def _is_source(place: Place) -> bool:
    """Tell whether a place that cannot be read holds an API description at all."""
    try:
        return reader_of(place.read()) is not None
    except InputError:
        return False


def _counted(description: ApiDescription) -> dict[str, object]:
    """Return what can be counted before anything is understood."""
    unread = [s for s in description.skipped if _OPERATION.fullmatch(s.where)]
    others = [s for s in description.skipped if not _OPERATION.fullmatch(s.where)]
    return {
        "format": description.provenance.format,
        "title": one_line(description.title, 120),
        "operations": len(description.operations) + len({s.where for s in unread}),
        "unread": len({s.where for s in unread}),
        "writes": len(stated_changes(description)),
        "left_out": _sorted(Counter({s.where: s.reason for s in unread}.values())),
        "parts_left_out": _sorted(Counter(s.reason for s in others)),
    }


def because(reason: str, error: Exception) -> dict[str, str]:
    """Return the fields that say what went wrong, and for a fault of ours also where."""
    detail = str(error)
    if not isinstance(error, InputError):
        frames = traceback.extract_tb(error.__traceback__)
        frame = frames[-1]
        detail = f"{type(error).__name__}: {error} ({Path(frame.filename).name}:{frame.lineno})"
    return {"reason": reason, "detail": one_line(detail, 300)}


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
