"""Services with roles, where a service names one of its roles: a reference that tells no name."""

from typing import Annotated

from envfactory.environment import Environment, Key, Record, Ref, Table, tool

PAGE = 2


class Service(Record):
    """A service that people use."""

    service_id: Annotated[str, Key("ser"), "Identifier of the service"]
    name: Annotated[str, "What it is called"]
    default_role_id: Annotated[str | None, Ref("roles", on_delete="set_null"), "For newcomers"] = (
        None
    )


class Role(Record):
    """What somebody may do in a service."""

    role_id: Annotated[str, Key("role"), "Identifier of the role"]
    service_id: Annotated[str, Ref("services"), "The service that it belongs to"]
    name: Annotated[str, "What it is called"]


class Services(Environment):
    """Services and their roles."""

    services: Table[Service]
    roles: Table[Role]

    @tool
    def list_services(self) -> list[Service]:
        """List all services."""
        return self.services.all()

    @tool
    def list_roles(self, service_id: Annotated[str, Ref("services"), "The service"]) -> list[Role]:
        """List the first roles of a service."""
        return self.roles.filter(service_id=service_id, limit=PAGE)

    @tool
    def delete_role(self, role_id: Annotated[str, Ref("roles"), "The role"]) -> None:
        """Delete a role."""
        self.roles.delete(role_id)
