import pytest

from envfactory.audit import Auditor
from envfactory.environment import Package
from tests.reward.errand import Errand
from tests.trajectory.shop_task import make_package


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return make_package(tmp_path_factory.mktemp("packages") / "shop")


@pytest.fixture(scope="session")
def errand(package: Package) -> Errand:
    return Errand.of(package)


@pytest.fixture(scope="session")
def auditor(package: Package) -> Auditor:
    return Auditor({package.identity: package}, seed=3)
