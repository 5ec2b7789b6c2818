"""Every rule that the static gate has to name."""

from gate.broken_code import IN_CODE
from gate.broken_files import IN_FILES
from gate.broken_yaml import IN_YAML, MORE

STATIC = (*IN_YAML, *IN_CODE, *IN_FILES, *MORE)
