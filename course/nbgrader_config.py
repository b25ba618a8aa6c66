"""The settings of nbgrader, for those who open its Formgrader in this folder: the same sandbox, the same judge."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, LimitOutput, SaveAutoGrades

from grade import STEPS_BEFORE, RunInSandbox
from students import STUB

c = get_config()  # noqa: F821 (nbgrader gives it)
c.CourseDirectory.course_id = "convolutions"
c.ClearSolutions.code_stub = {"python": STUB}
c.Autograde.sanitize_preprocessors = STEPS_BEFORE
c.Autograde.autograde_preprocessors = [
    RunInSandbox,
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]
