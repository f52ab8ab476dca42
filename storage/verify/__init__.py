"""Verifying a database, a backup or an export: what is in it must agree with itself.

`verify` is the door. A check is a SELECT over the views of `sources`, which read alike whatever
the file is, and gives one row for each finding: what kind of row it is in, which, and what is
wrong with it.
"""

from storage.verify.report import Means, Report
from storage.verify.run import verify

__all__ = ["Means", "Report", "verify"]
