"""Laws: what must hold of each call, because the specification says what the tool does.

A law looks at one recorded call - the state before, the arguments, what came of it, what changed -
and never at the code: it is a second, independent reading of the specification. Together they are
metamorphic relations in the sense of Chen et al. (Metamorphic Testing, 1998): what is created can
be read, what is deleted is gone, filters select exactly, an update changes what it names.
"""

from envfactory.verify.laws.adjusting import ADJUSTING
from envfactory.verify.laws.batches import BATCHES
from envfactory.verify.laws.counting import COUNTING
from envfactory.verify.laws.judge import Judge, Judgement
from envfactory.verify.laws.law import Law
from envfactory.verify.laws.ordering import ORDERING
from envfactory.verify.laws.reading import READING
from envfactory.verify.laws.transition import Tables, Transition
from envfactory.verify.laws.writing import WRITING

LAWS: tuple[Law, ...] = (*READING, *WRITING, *BATCHES, *ADJUSTING, *ORDERING, *COUNTING)
"""Every law; each says for which kinds of tools it speaks."""

__all__ = ["LAWS", "Judge", "Judgement", "Law", "Tables", "Transition"]
