import types

from keras_ssl.autotrain.journal import Journal
from keras_ssl.model.compiling import Compiling


def play(journal, phases, begin=0, kept=None):
    """Plays epochs; a phase that differs at an epoch's end is given as two."""
    model = types.SimpleNamespace(
        callback_state={} if kept is None else kept, compiling=Compiling()
    )
    journal.set_model(model)
    journal.recall()
    for epoch, (before, after) in enumerate(phases, start=begin):
        model.phase = before
        journal.on_epoch_begin(epoch)
        model.compiling.seconds += 100.0
        model.phase = after
        journal.on_epoch_end(epoch, {"loss": epoch})


SUPERVISED, SSL = "supervised", "semi-supervised"
RUN = [(SUPERVISED, SUPERVISED), (SUPERVISED, SSL), (SSL, SSL)]


def test_epochs_belong_to_the_phase_they_began_in():
    journal = Journal(lambda: 0.5)
    play(journal, RUN)
    assert journal.history == {
        "phase 1": {"loss": [0, 1], "labeled_loss": [0, 1]},
        "phase 2": {"loss": [2]},
    }
    assert journal.count("phase 1") == 2
    assert journal.accuracy == 0.5
    assert journal.seconds("phase 2") >= 0
    assert journal.seconds("phase 2", compiling=False) < 0  # 100 less


def test_without_a_second_phase_there_is_no_accuracy():
    journal = Journal(lambda: 0.5)
    play(journal, RUN[:1])
    assert journal.accuracy is None


def test_notes_outlast_an_interruption_and_repeated_epochs_count_once():
    kept = {}
    play(Journal(lambda: 0.5), RUN, kept=kept)
    again = Journal(lambda: 0.9)
    play(again, [(SSL, SSL), (SSL, SSL)], begin=2, kept=kept)
    assert again.history["phase 2"]["loss"] == [2, 3]
    assert again.accuracy == 0.5
