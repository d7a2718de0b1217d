"""The three ways of serving a window are measured on the same rows, once."""

import numpy as np
import pytest
from drawn_page import lived_play, records_of

from caf_pipelines.report.chapters import chapters
from caf_pipelines.report.contenders import _constant, compare
from caf_platform.lake_columns import LABEL, ROW_ID, SCORE
from caf_platform.measures.metrics import performance, row_losses
from caf_platform.project.model import Task


def _compared(play):
    return {one.window: one for one in compare(play, chapters(records_of(play)))}


@pytest.fixture(scope="module")
def compared():
    """The micro project's windows: v1 served 0003 and 0004, v2 served 0005, v1 again 0006."""
    return _compared(lived_play())


def test_only_windows_with_a_model_are_compared(compared):
    """In the first two nobody served."""
    assert list(compared) == ["0003", "0004", "0005", "0006"]


def test_each_way_names_its_version(compared):
    """As served, the first champion, and the newest by then whatever became of it."""
    ways = {
        name: (one.served.versions, one.frozen.versions, one.newest.versions)
        for name, one in compared.items()
    }

    assert ways == {
        "0003": (("v1",), ("v1",), ("v1",)),
        "0004": (("v1",), ("v1",), ("v1",)),
        "0005": (("v2",), ("v1",), ("v2",)),
        "0006": (("v1",), ("v1",), ("v2",)),
    }


def test_the_same_model_has_no_excess(compared):
    """Zero to the last bit, with an interval of no width."""
    excess = compared["0003"].frozen.excess

    assert (excess.point, excess.low, excess.high) == (0, 0, 0)


def test_the_bad_promotion_and_the_rollback_can_be_seen(compared):
    """Keeping v1 would have been better while v2 served, and v2 worse after the rollback."""
    assert compared["0005"].frozen.excess.high < 0
    assert compared["0006"].newest.excess.low > 0


def test_the_skill_is_the_platforms_own(compared):
    """The middle of the interval is what `performance` says of the recorded scores and labels."""
    play = lived_play()
    frames = play.session.frames
    names = [f"day-{day:02d}" for day in range(19, 25)]
    log = frames.predictions(names, "v1").set_index(ROW_ID)
    rows = frames.labelled(names).set_index(ROW_ID)

    measured = performance(Task.BINARY, rows[LABEL], log.loc[rows.index, SCORE])

    served = compared["0004"].served
    assert compared["0004"].rows == len(rows) == 240
    assert served.skill.point == pytest.approx(measured["skill"])
    assert served.loss == pytest.approx(measured["loss"])
    assert served.bias == pytest.approx(measured["bias"])


def test_what_was_computed_is_kept_and_read_back(lived):
    """The second report scores nothing: it finds the evidence of the first."""
    first = _compared(lived)
    lake = lived.session.platform.lake
    kept = [key for key in lake.objects if "/report/comparison/" in key]

    lake.objects = {
        key: data for key, data in lake.objects.items() if not key.startswith("predictions/")
    }
    fresh = lived_play()
    fresh.session.platform.lake.objects = lake.objects
    again = _compared(fresh)

    assert len(kept) == 1
    assert again == first


def test_new_labels_are_computed_anew(lived):
    """Whatever the numbers rest on is part of the name under which they are kept."""
    _compared(lived)
    labels = lived.session.state.labels
    labels.append(labels[-1].model_copy(update={"labels_digest": labels[0].labels_digest,
                                                "labels_key": labels[0].labels_key}))  # fmt: skip

    _compared(lived)

    objects = lived.session.platform.lake.objects
    assert len([key for key in objects if "/report/comparison/" in key]) == 2


def test_evidence_that_was_changed_is_not_believed(lived):
    """Its name no longer fits its bytes, so it is computed again."""
    first = _compared(lived)
    objects = lived.session.platform.lake.objects
    (key,) = (key for key in objects if "/report/comparison/" in key)

    objects[key] = objects[key].replace(b'"rows"', b'"Rows"')

    assert _compared(lived) == first


@pytest.mark.parametrize(
    ("task", "labels", "scores"),
    [
        (Task.BINARY, [0, 1, 1, 1], [0.2, 0.7, 0.6, 0.9]),
        (Task.REGRESSION, [1, 2, 9], [2, 2, 7]),
        (Task.MULTICLASS, [0, 1, 2, 2], [[0.6, 0.2, 0.2], [0.2, 0.6, 0.2]] + [[0.1, 0.1, 0.8]] * 2),
    ],
)
def test_skill_is_measured_against_the_best_constant_of_the_task(task, labels, scores):
    """Rate, median or shares: the gain on it is the platform's own skill, whatever the task."""
    label, score = np.array(labels, dtype=float), np.array(scores, dtype=float)

    constant = row_losses(task, label, _constant(task, label, score))
    gained = (constant - row_losses(task, label, score)).mean() / constant.mean()

    assert gained == pytest.approx(performance(task, label, score)["skill"])
