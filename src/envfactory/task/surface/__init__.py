"""How a request reads: who asks, in which tone, and what they say beside the matter."""

from envfactory.task.surface.change import Change, first_thought
from envfactory.task.surface.persona import DEFAULT_PERSONAS, PersonaMix
from envfactory.task.surface.voice import Piece, Voice

__all__ = ["DEFAULT_PERSONAS", "Change", "PersonaMix", "Piece", "Voice", "first_thought"]
