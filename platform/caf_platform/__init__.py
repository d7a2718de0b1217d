"""The ground floor: what every other room stands on, and the only door to production."""

from caf_platform.masking import mask_logs
from caf_platform.quiet import quiet

__version__ = "0.1.0"

# Here, for nobody can import a part of the platform, and a library after it, without this.
quiet()
mask_logs()
