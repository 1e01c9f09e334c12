"""`Voice`: one person's way of putting wishes and questions into a message."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from envfactory.task.surface.context import Context, looks_back, sentence, written_out
from envfactory.task.surface.polish import capital, tidy
from envfactory.task.surface.protect import outside
from envfactory.task.surface.typos import mistype
from envfactory.task.surface.wording import load_wordings
from envfactory.task.user import Persona

_WOVEN = 0.35
_REVERSED = 0.15
_LATER_TALK = 0.6
"""How many of the reasons are left after the first message."""
_LONGEST_TERSE = 8
_CHAT = 0.3
"""How often chatty people talk of something else."""
_ONWARD = 0.4
_LED = 0.5
"""How often a later message begins with a word about what was done before."""
_NAMES_TOOL = 0.6
_MOST_JOINED = 3
_LONGEST_JOINED = 30
"""The most words of wishes that people put into one sentence."""
_BACKWARD = re.compile(r"\b(?:it|its|that|same|new|just|them)\b", re.IGNORECASE)
"""Words that refer to what was said before, so that the order cannot change."""
_NAME = re.compile(r"[A-Z]\w+")
_NAMES = ("name", "title")
"""What a new record is called by."""
_WHOSE = {"the": 5, "its": 3, "the right": 1, "the exact": 1}
"""What stands before something that has to be asked for, with weights."""
_ARTICLE = re.compile(r"(?<![\w-])(?<!one of )(?:the|an?) (?=[a-z]|$)")
_TELEGRAPHIC = 0.3
"""How many terse people leave articles out."""
_WHAT_IS = re.compile(r"^what the (.+) is$")
_AS_NOUN = 0.7
"""How often people ask for the price, rather than what the price is."""
_SHORT_WISH = 12
"""Words in a wish that a frame may go on after."""
_GOES_ON = re.compile(r"\{[dD]o\}\W*\w")


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that a message is about.

    Attributes:
        text: An imperative, or a question without its mark.
        inner: For a question: the same inside a sentence; for a wish: a statement of what should
            be so, empty where there is none.
        topic: What small talk may lead up to it: create, update, delete, ask or any.
        asks: Whether it is a question.
        tool: The tool's own name, which engineers say.
        instead: What replaces the value at the end of the wish, once the mind is changed.
        given_up: The value that the wish ends with until then.
        withheld: What has to be asked for, as a list in words.
        kind: What kind of record it is about: a person, an order, a place.
        after: Sentences that tell more of it.
        many: Whether it is about several records.
        renames: Whether it changes what a record is called.
    """

    text: str
    inner: str = ""
    topic: str = "any"
    asks: bool = False
    tool: str = ""
    instead: str = ""
    given_up: str = ""
    withheld: str = ""
    kind: str = ""
    after: str = ""
    many: bool = False
    renames: bool = False


class Voice:
    """Words messages for one person; everything random comes from one generator.

    Attributes:
        wording: The wordings of the person's tone.
        tools_named: The tools whose names an engineer has said.
        whole: Words that may be fitted to the tone, but never mistyped.
    """

    def __init__(
        self, persona: Persona, hour: int, rng: random.Random, domain: str = "other"
    ) -> None:
        """Listen to somebody.

        Args:
            persona: How they talk.
            hour: The hour of the day, for greetings.
            rng: Decides among wordings.
            domain: What the environment is for, for reasons.
        """
        self._persona, self._rng = persona, rng
        self._wordings = load_wordings()
        self.wording = self._wordings.tones[persona.tone]
        self._daytime = "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
        self._said: set[str] = set()
        self._context = Context(domain, rng, self._fresh)
        self._telegraphic = persona.tone == "terse" and rng.random() < _TELEGRAPHIC
        self._bare_start = self._led = False
        self._bound = False
        self.tools_named: set[str] = set()
        self.whole: tuple[str, ...] = ()

    def message(self, pieces: Sequence[Piece], kept: Iterable[str], *, later: bool) -> str:
        """Return the message that asks for all pieces, in their order.

        Args:
            pieces: What it is about.
            kept: Values and names, which stay letter by letter.
            later: Whether messages came before it in the conversation.
        """
        words = (*kept, *(piece.given_up for piece in pieces))
        fitted = [self._fitted(piece, words) for piece in pieces]
        sentences = self._opening(later=later)
        self._bare_start = not sentences
        self._led = bool(sentences) and sentences[-1].endswith(":")
        reason = self._reason(fitted[0], later=later)
        for number, group in enumerate(self._groups(fitted)):
            told = self._sentence(group, first=number == 0, later=later)
            self._led = False
            clear = len(group) == 1 or not looks_back(reason)
            before, after = "", ""
            if reason and number == 0 and clear:
                bound = self._bound or bool(group[-1].instead or group[-1].after)
                asks = any(piece.asks for piece in group)
                small = self._persona.tone == "terse"
                before, told, after = self._context.put(
                    reason, told, bound=bound, asks=asks, small=small
                )
            sentences += [part for part in (before, told, *self._asides(group), after) if part]
        if self._rng.random() < self.wording.close:
            sentences.append(self._fresh(self.wording.closings))
        text = tidy(_run_on(sentences))
        return self._typed(text, words)

    def change_ahead(self, piece: Piece, kept: Iterable[str]) -> tuple[str, str]:
        """Return an announcement that asks for nothing yet, and the later message that does.

        Args:
            piece: A wish whose value changes in between.
            kept: Values and names, which stay letter by letter.
        """
        words = (*kept, piece.given_up)
        first = self._fitted(piece, words).text
        decided = first.removesuffix(piece.given_up) + piece.instead
        ahead = self._fresh(self._wordings.change["ahead"]).format(do=first)
        after = self._fresh(self._wordings.change["after"]).format(do=decided, old=piece.given_up)
        return self._typed(ahead, words), self._typed(after, words)

    def fitted(self, text: str) -> str:
        """Return words for a record as people of that tone say them in a wish."""
        return self._fitted(Piece(text), ()).text

    # ------------------------------------------------------------------ beside the matter
    def _opening(self, *, later: bool) -> list[str]:
        """Return a greeting, or a word about what was done before, and talk of other things."""
        found = []
        if not later and self._rng.random() < self.wording.greet:
            found.append(self._fresh(self.wording.greetings).format(daytime=self._daytime))
        if later and self._rng.random() < _LED:
            found.append(self._fresh(self.wording.later))
        elif self._persona.tone == "chatty" and self._rng.random() < _CHAT:
            found.append(self._context.chat())
        elif self._rng.random() < self.wording.scene:
            scene = sentence(self._context.scene())
            found.append(written_out(scene) if self._persona.tone == "formal" else scene)
        return found

    def _reason(self, piece: Piece, *, later: bool) -> str:
        """Return why a message is written, or nothing."""
        share = self.wording.talk * (_LATER_TALK if later else 1)
        if self._rng.random() >= share:
            return ""
        reason = self._context.reason(
            piece.topic, piece.kind, many=piece.many, renames=piece.renames
        )
        if self._persona.tone == "formal":
            return written_out(reason)
        if self._persona.tone == "terse" and len(reason.split()) > _LONGEST_TERSE:
            return ""
        return reason

    # ------------------------------------------------------------------ sentences
    def _groups(self, pieces: Sequence[Piece]) -> list[list[Piece]]:
        """Put wishes that follow each other, and some pairs of wish and question, together."""
        groups: list[list[Piece]] = []
        for piece in pieces:
            last = groups[-1] if groups else []
            closed = bool(last) and bool(last[-1].instead or last[-1].withheld or last[-1].after)
            room = bool(last) and not closed and len(last) < _MOST_JOINED
            room = room and _words((*last, piece)) <= _LONGEST_JOINED
            alike = room and not any(other.asks for other in (*last, piece))
            woven = (
                len(last) == 1
                and room
                and last[0].asks != piece.asks
                and not piece.instead
                and self._persona.tone != "terse"
                and self._rng.random() < _WOVEN
            )
            if alike or woven:
                last.append(piece)
            else:
                groups.append([piece])
        return groups

    def _sentence(self, group: Sequence[Piece], *, first: bool, later: bool) -> str:
        """Return one sentence about a group of pieces."""
        self._bound = False
        if len(group) == 2 and group[0].asks != group[1].asks:
            name = "ask_do" if group[0].asks else "do_ask"
            wish, question = (group[1], group[0]) if group[0].asks else group
            frame = self._fresh(self._wordings.weave[name])
            inner = _WHAT_IS.sub(r"the \1", question.inner)
            return frame.format(do=wish.text, Do=capital(wish.text), embedded=inner)
        if group[0].asks:
            return self._question(group[0])
        return self._wish(group, first=first, later=later)

    def _question(self, piece: Piece) -> str:
        wording = self.wording
        if self._rng.random() < wording.direct:
            return self._fresh(wording.ask).format(ask=piece.text, Ask=capital(piece.text))
        noun = _WHAT_IS.sub(r"the \1", piece.inner)
        told = noun == piece.inner and noun.startswith("the ")
        if told or (noun != piece.inner and self._rng.random() < _AS_NOUN):
            return self._fresh((*wording.noun, *wording.either)).format(embedded=noun)
        return self._fresh((*wording.look, *wording.either)).format(embedded=piece.inner)

    def _wish(self, group: Sequence[Piece], *, first: bool, later: bool) -> str:
        do = self._joined(group)
        only = group[0]
        if self._persona.engineer and len(group) == 1 and self._rng.random() < _NAMES_TOOL:
            frame = self._fresh(self._wordings.engineer)
            self.tools_named.add(only.tool)
            return frame.format(do=do, Do=capital(do), tool=only.tool)
        stated = len(group) == 1 and only.inner and not only.instead
        if stated and self._rng.random() < self.wording.state:
            self._bound = True
            return f"{capital(only.inner)}."
        if first and later and self._bare_start and self._rng.random() < _ONWARD:
            end = "" if self._persona.tone == "terse" else "."
            return f"{self._fresh(self.wording.onward)} {do}{end}"
        frames = self.wording.do if first else self.wording.more
        if len(do.split()) > _SHORT_WISH:
            frames = tuple(frame for frame in frames if not _GOES_ON.search(frame))
        return self._fresh(frames).format(do=do, Do=capital(do))

    def _joined(self, group: Sequence[Piece]) -> str:
        """Return several wishes as one, some with what comes first said last."""
        weave, wishes = self._wordings.weave, [piece.text for piece in group]
        if len(wishes) == 2:
            one, two = wishes
            apart = not set(_NAME.findall(one)) & set(_NAME.findall(two))
            free = apart and not _BACKWARD.search(two) and not group[1].withheld
            if free and self._rng.random() < _REVERSED:
                return self._fresh(weave["first"]).format(one=one, two=two)
            return self._fresh(weave["two"]).format(one=one, two=two)
        if len(wishes) > 2:
            one, two, three = wishes
            return self._fresh(weave["three"]).format(one=one, two=two, three=three)
        return wishes[0]

    def _asides(self, group: Sequence[Piece]) -> list[str]:
        """Return what follows a group: a changed mind, further details, what is to be asked for."""
        found, alone = [], len(group) == 1
        for piece in group:
            if piece.instead:
                found.append(self._fresh(self.wording.rethinks).format(value=piece.instead))
            if piece.after:
                found.append(piece.after)
            if piece.withheld:
                wording = self.wording
                frames = wording.more_aside if piece.topic == "update" else wording.new_aside
                if piece.topic == "create" and piece.withheld in _NAMES and alone:
                    frames += wording.name_aside
                found.append(self._of_labels(self._fresh(frames), piece))
        return found

    def _of_labels(self, frame: str, piece: Piece) -> str:
        """Return a sentence about what is withheld, which is the record's own or still to come."""
        whose = self._rng.choices(list(_WHOSE), list(_WHOSE.values()))[0]
        whose = "their" if whose == "its" and piece.kind == "person" else whose
        frame = frame.replace("the {labels}", f"{whose} {{labels}}")
        frame = frame.replace("The {labels}", f"{capital(whose)} {{labels}}")
        return frame.format(labels=piece.withheld)

    # ------------------------------------------------------------------ wording
    def _typed(self, text: str, kept: Sequence[str]) -> str:
        return mistype(text, self._persona.typos, (*kept, *self.whole), self._rng)

    def _fitted(self, piece: Piece, kept: Sequence[str]) -> Piece:
        """Return a piece without what people of that tone would not say."""
        if self._telegraphic and not piece.asks:
            return replace(
                piece, text=outside(piece.text, kept, lambda part: _ARTICLE.sub("", part))
            )
        if self._persona.tone == "formal":
            text = outside(piece.text, kept, written_out)
            return replace(piece, text=text, inner=outside(piece.inner, kept, written_out))
        return piece

    def _fresh(self, lines: Sequence[str]) -> str:
        """Choose a line that this person has not said yet, where one is left.

        Nobody leads up twice to the same: `One more thing: quick question: …`.
        """
        lines = [line for line in lines if ":" not in line] or lines if self._led else lines
        new = [line for line in lines if line not in self._said]
        line = self._rng.choice(new or lines)
        self._said.add(line)
        return line


def _words(pieces: Sequence[Piece]) -> int:
    return sum(len(piece.text.split()) for piece in pieces)


def _run_on(sentences: Sequence[str]) -> str:
    """Join sentences: small letters after a comma or colon, full stops where one lacks."""
    text = ""
    for each in sentences:
        following = each
        if text and text[-1] in ",:" and not re.match(r"I\b|[A-Z]{2}", each):
            following = each[:1].lower() + each[1:]
        elif text and text[-1] not in ".!?,:…":
            text += "."
        text = f"{text} {following}" if text else following
    return text
