import pytest

from envfactory.environment import Package
from tests.reward.errand import Errand
from tests.trajectory.shop_task import make_package


@pytest.fixture(scope="session")
def errand(tmp_path_factory: pytest.TempPathFactory) -> Errand:
    package: Package = make_package(tmp_path_factory.mktemp("packages") / "shop")
    return Errand.of(package)
