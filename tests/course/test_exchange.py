"""On a JupyterHub nbgrader's exchange takes the place of up- and downloads, as the teacher's guide says."""

import pytest
from nbgrader.api import Gradebook
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import default
from traitlets.config import Config

import feedback
import grade
import students

pytestmark = pytest.mark.sandbox
CHAPTER = "08_backpropagation"


@pytest.fixture
def exchange(tmp_path):
    """Return exchange(step, folder): what nbgrader does for the teacher, or for the student, of this folder."""
    shared = tmp_path / "exchange"
    shared.mkdir()
    shared.chmod(0o777)  # all may write to it

    def exchange(step, folder):
        config = Config()
        config.CourseDirectory.root = config.Exchange.assignment_dir = str(folder)
        config.CourseDirectory.course_id, config.CourseDirectory.assignment_id = "convolutions", CHAPTER
        config.Exchange.root = str(shared)
        everybody = Authenticator(config=config)
        getattr(default, step)(coursedir=CourseDirectory(config=config), authenticator=everybody, config=config).start()

    return exchange


def test_what_is_handed_out_comes_back_and_its_feedback_finds_its_student(tmp_path, exchange):
    course, home = tmp_path / "course", tmp_path / "home"
    home.mkdir()
    assert students.main([CHAPTER, "--course", str(course)]) == 0
    exchange("ExchangeReleaseAssignment", course)
    exchange("ExchangeFetchAssignment", home)
    exchange("ExchangeSubmit", home)
    exchange("ExchangeCollect", course)
    assert grade.main(["--course", str(course)]) == 0
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        [submission] = book.assignment_submissions(CHAPTER)
        assert submission.score == 0  # nothing was written yet
    assert feedback.main(["--course", str(course)]) == 0
    exchange("ExchangeReleaseFeedback", course)
    exchange("ExchangeFetchFeedback", home)
    [page] = home.rglob("*.html")
    assert "What does the bias hear?" in page.read_text("utf-8")
