"""A small bank: accounts whose numbers grow and shrink, and what is written down of it."""

from __future__ import annotations

from envfactory.spec import model as m
from tests.compiler.designing import PROVENANCE, design, field, parameter, scalar, take, to

ACCOUNT = m.EntitySpec(
    name="Account",
    table="accounts",
    key="account_id",
    key_prefix="acc",
    title="owner",
    fields=(
        field("account_id", role="key"),
        field("owner", role="title"),
        field("balance", scalar("number"), default=0, has_default=True),
        field("points", scalar("integer"), default=0, has_default=True),
    ),
)
CHARGE = m.EntitySpec(
    name="Charge",
    table="charges",
    key="charge_id",
    key_prefix="chg",
    fields=(
        field("charge_id", role="key"),
        field("account_id", reference=to("accounts")),
        field("amount", scalar("number")),
        field("charged_at", scalar("datetime"), role="created_at"),
    ),
)


def adjusting(name: str, field: str, change: str, **options: object) -> m.ToolDesign:
    """Return a tool that moves a number of an account."""
    type_ = scalar("integer", minimum=1) if field == "points" else scalar("number")
    keys = [name for name in (options.get("key", "account_id"), options.get("into")) if name]
    parameters = [parameter(str(k), reference=to("accounts"), required=True) for k in keys]
    if options.get("amount", "amount") is not None:
        parameters.append(parameter("amount", type_, required=True))
    behaviour = m.AdjustRecord.model_validate(
        {
            "table": "accounts",
            "key": "account_id",
            "amount": "amount",
            "field": field,
            "change": change,
            **options,
        }
    )
    entry = behaviour.entry
    return m.ToolDesign(
        name=name,
        description=f"{name.replace('_', ' ').capitalize()}.",
        operation=f"POST /{name}",
        parameters=tuple(parameters),
        behaviour=behaviour,
        result=m.Result(shape="record", table="accounts" if entry is None else entry.table),
    )


def ledger() -> m.EnvironmentSpec:
    """Return the specification of the bank."""
    entry = m.CreateRecord(
        table="charges",
        assigns=(*take("account_id", "amount"), m.Assign(field="charged_at", source="now")),
    )
    key = parameter("account_id", reference=to("accounts"), required=True)
    tools = (
        design("list_accounts", "List.", m.ListRecords(table="accounts"), shape="list"),
        design("get_account", "Get.", m.GetRecord(table="accounts", key="account_id"), key),
        design("list_charges", "List.", m.ListRecords(table="charges"), shape="list"),
        adjusting("deposit", "balance", "add", ceiling=100_000),
        adjusting("withdraw", "balance", "subtract", floor=0),
        adjusting("redeem_points", "points", "subtract", floor=0),
        adjusting("earn_point", "points", "add", amount=None),
        adjusting("transfer", "balance", "subtract", floor=0, key="giver_id", into="taker_id"),
        adjusting("charge", "balance", "subtract", floor=0, entry=entry),
    )
    return m.EnvironmentSpec(
        name="ledger",
        class_name="Ledger",
        title="Ledger",
        description="Accounts of a bank.",
        domain="finance and real estate",
        entities=(ACCOUNT, CHARGE),
        tools=tools,
        provenance=PROVENANCE,
    )
