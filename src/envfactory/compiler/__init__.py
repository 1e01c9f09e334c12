"""From a specification to an environment package: readable Python and scenarios with natural data.

`write_code` writes the module, `populate` the data, `compile_environment` the whole package.
"""

from envfactory.compiler.code.codegen import write_code, write_codes
from envfactory.compiler.data.populate import populate, scenarios
from envfactory.compiler.package import compile_environment

__all__ = ["compile_environment", "populate", "scenarios", "write_code", "write_codes"]
