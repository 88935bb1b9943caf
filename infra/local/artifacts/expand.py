# Prints the template on standard input with AWS's own SAM transform applied,
# read and transformed by the emulator's code, so that a nested template comes
# out as a root template does.
import json
import sys

from ministack.services.cloudformation.engine import _apply_transforms, _parse_template

json.dump(_apply_transforms(_parse_template(sys.stdin.read())), sys.stdout, indent=1, default=str)
