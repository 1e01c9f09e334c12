"""Datasets: what trajectories and tasks become for trainers, one module per form.

Read `export` for how a dataset is written, `sft`, `hermes`, `alpaca` and `rl` for what a row is,
`files` for how rows lie on disk, `card` for what a dataset says about itself.
"""

from envfactory.dataset.alpaca import AlpacaRow, alpaca_row
from envfactory.dataset.card import Card, StageCount
from envfactory.dataset.conversation import Spoken, openai_message, read_messages
from envfactory.dataset.export import Dropped, ExportSummary, export
from envfactory.dataset.figures import EnvironmentFigures, Figures
from envfactory.dataset.files import FileInfo, TableWriter, Unwritable
from envfactory.dataset.hermes import (
    HermesRow,
    MarkerInText,
    hermes_row,
    read_calls,
    read_hermes,
)
from envfactory.dataset.rl import RlRow, rl_row
from envfactory.dataset.sft import SftRow, sft_row

__all__ = [
    "AlpacaRow",
    "Card",
    "Dropped",
    "EnvironmentFigures",
    "ExportSummary",
    "Figures",
    "FileInfo",
    "HermesRow",
    "MarkerInText",
    "RlRow",
    "SftRow",
    "Spoken",
    "StageCount",
    "TableWriter",
    "Unwritable",
    "alpaca_row",
    "export",
    "hermes_row",
    "openai_message",
    "read_calls",
    "read_hermes",
    "read_messages",
    "rl_row",
    "sft_row",
]
