"""`train`: from a model and its data to a better model, and a report."""

import dataclasses
import pathlib
from collections.abc import Sequence
from inspect import signature
from typing import Any

import keras

from keras_ssl.autotrain.assemble import assemble
from keras_ssl.autotrain.estimate import Budget
from keras_ssl.autotrain.estimate import foretell
from keras_ssl.autotrain.outcome import describe
from keras_ssl.autotrain.outcome import guard
from keras_ssl.autotrain.parts import identify
from keras_ssl.autotrain.parts import make_parts
from keras_ssl.autotrain.parts import weigh
from keras_ssl.autotrain.parts import with_classes
from keras_ssl.autotrain.run import Run
from keras_ssl.autotrain.searches import choose_augmentation
from keras_ssl.autotrain.searches import choose_batch_size
from keras_ssl.autotrain.searches import choose_learning_rate
from keras_ssl.autotrain.searches import look_briefly
from keras_ssl.autotrain.searches import look_closely
from keras_ssl.autotrain.state import open_state
from keras_ssl.autotrain.training import Schedule
from keras_ssl.autotrain.training import note_settings
from keras_ssl.autotrain.training import settle_strong_labeled
from keras_ssl.autotrain.training import train_baseline
from keras_ssl.autotrain.training import train_phases
from keras_ssl.finders.batch_search import DEFAULT_BATCH_SIZE
from keras_ssl.model.semi_supervised import SemiSupervisedModel
from keras_ssl.report.training_report import TrainingReport
from keras_ssl.utils.checks import check_keywords
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.devices import check_even
from keras_ssl.utils.devices import count_devices
from keras_ssl.utils.fingerprint import fingerprint
from keras_ssl.utils.folder import in_use

OF_MODEL = signature(SemiSupervisedModel).parameters.keys() - {
    *("network", "kwargs"),
}
HALF_TRAINED = "the model has the weights of its last step, half trained"
TRAINED = "the model is trained, and what was measured lacks the baseline"


def train(  # noqa: PLR0913 - every step can be fixed or left out
    model: keras.Model,
    labeled: Any,
    unlabeled: Any,
    validation: Any = None,
    *,
    test: Any = None,
    method: Any = None,
    inspect: bool = True,
    search_augmentation: bool = False,
    batch_size: int | None = None,
    learning_rate: float | None = None,
    unlabeled_ratio: int = 3,
    class_weight: dict[int, float] | None = None,
    class_names: Sequence[str] | None = None,
    steps_per_epoch: int = 100,
    epochs: int = 40,
    schedule: str = "cosine",
    patience: int = 5,
    warmup_steps: int = 100,
    search_share: float | None = 0.2,
    baseline: bool = True,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    seed: int = 0,
    resume: str | pathlib.Path | None = None,
    verbose: int = 1,
    **options: Any,
) -> TrainingReport:
    """Trains a model with unlabeled images, from beginning to end.

    It inspects model and data, finds the augmentation on request, the batch
    size and the learning rate, trains on the labeled images alone (phase 1),
    then with the unlabeled ones (phase 2). Then, to compare, the model is
    trained anew for as many steps on the labeled images alone, and put back.

    Each step is a part of this library that can be used alone:
    `keras_ssl.inspect`, `finders`, `SemiSupervisedModel`, and `callbacks`.

    Args:
        model: A classifier of images, which is trained in place, and ends with
            the averaged weights, those that the report measures. If it is
            compiled, its optimizer with its learning rate, its loss and its
            metrics are taken over; else it gets Adam and the cross-entropy that
            fits. Or a `SemiSupervisedModel`, compiled or not.
        labeled: `(x, y)` as arrays, a `tf.data.Dataset` or a
            `keras.utils.PyDataset`.
        unlabeled: Images `u`, or `(u, y_u)` with hidden labels, which are only
            compared with the pseudo-labels; in any of these containers.
        validation: `(x, y)`; datasets come in batches. `None` cuts a
            fifth of the labeled images, at least one a class, if these are
            arrays.
        test: `(x, y)` for the accuracy in the report; `None` takes
            the validation images.
        method: The method, by name or as an object; `None` takes the default
            of `SemiSupervisedModel`.
        inspect: Whether to look at all images, and for duplicates; else only at
            as many as it takes to tell labels, range and outputs.
        search_augmentation: Whether to find the strong view with
            `finders.find_augmentation`, on the labeled and the validation
            images; a `SemiSupervisedModel` loses its own. Else it is the
            default of `SemiSupervisedModel`.
        batch_size: Labeled images a step. `None` finds it for arrays; datasets
            that come in batches keep theirs.
        learning_rate: The largest one. `None` finds it, unless the model was
            compiled.
        unlabeled_ratio: Unlabeled images per labeled one in a step.
        class_weight: From class to the weight of its labeled images, in both
            phases and the baseline; classes that are not named weigh 1.
        class_names: The name of each class, for the report; `None` takes those
            that `labeled` has as `class_names`, or numbers.
        steps_per_epoch: Steps after which the model is validated.
        epochs: Of both phases.
        schedule: `"cosine"`: phase 1 has a tenth of the epochs, in each phase
            the learning rate falls to 0, and the last weights count.
            `"plateau"`: a phase lasts until the validation loss stabilises,
            phase 1 a third of the epochs at most; the learning rate is reduced
            when that loss no longer falls, and the best epoch's weights count.
        patience: Of `"plateau"`: epochs without a lower validation loss that
            end a phase; half as many reduce the learning rate.
        warmup_steps: Steps in which the learning rate rises at the beginning of
            each phase, before its epochs, while BatchNorm's statistics settle.
        search_share: Share of the training's time that all searches together
            may take; `None` for no limit. A search that would see too little
            leaves the default: the optimizer's learning rate, 32 images a step.
        baseline: Whether to train the baseline, with the augmentation of the
            model. If it is ahead on the validation images by more than the
            standard error of the difference, the model gets its weights; also
            if neither is, and unlabeled images counted for nothing.
        callbacks: Of `fit`, in addition.
        seed: Of the split, the order and the augmentation; not of the weights
            that the model has already.
        resume: A folder that keeps the run. If it holds an interrupted one,
            this continues, for arrays to the same numbers; if it holds a
            finished one, that is loaded, also where nothing may be written.
            Arguments, network and data must be those that it began with;
            datasets are taken on trust. No code in it is run.
        verbose: 1 shows what is going on, 0 nothing.
        **options: Other arguments of `SemiSupervisedModel`, such as
            `strong="cutout"`.

    Returns:
        The `keras_ssl.report.TrainingReport`; print it, or write it down with
        `to_html` or `save`.

    Raises:
        TypeError: Data cannot be read, or an argument is unknown.
        ValueError: Model and data do not fit together, there are no validation
            images and none can be cut, or too few to find an augmentation;
            `schedule` is unknown, or `epochs` less than 2; there are no
            unlabeled images; or `resume` is a file, in use by another program,
            damaged, or holds a run with other arguments or data.
        OSError: The disk is full, or may not be written to.

    Example:

    >>> (x, y), test = keras_ssl.data.load_digits()
    >>> layers = [keras.layers.Flatten(), keras.layers.Dense(10)]
    >>> model = keras.Sequential([keras.Input((8, 8, 1)), *layers])
    >>> report = keras_ssl.train(
    ...     model,
    ...     (x[:100], y[:100]),
    ...     x[100:],
    ...     test=test,
    ...     strong="cutout",
    ...     inspect=False,
    ...     batch_size=20,
    ...     learning_rate=0.001,
    ...     steps_per_epoch=5,
    ...     epochs=3,
    ...     baseline=False,
    ...     verbose=0,
    ... )
    >>> list(report.accuracy)
    ['phase 1', 'phase 2']
    """
    check_keywords(options, train, OF_MODEL)
    length = Schedule(
        batch_size or 0,
        unlabeled_ratio,
        steps_per_epoch,
        epochs,
        schedule,
        patience,
        warmup_steps,
    )
    if learning_rate is not None:
        check_number("learning_rate", learning_rate, above=0)
    if search_share is not None:
        check_number(
            "search_share",
            search_share,
            0,
            advice="Pass for example search_share=0.2.",
        )
    keras.utils.set_random_seed(seed)
    folder = None if resume is None else pathlib.Path(resume)
    with in_use(folder):
        compiled = getattr(model, "compiled", False)
        check_even(batch_size or 0, "labeled", count_devices(model))
        parts = make_parts(
            labeled,
            unlabeled,
            validation,
            test,
            seed,
            devices=count_devices(model),
        )
        found = look_briefly(model, parts)
        parts = with_classes(parts, class_names, class_weight, found)
        run = Run(
            model=assemble(model, found, method, **options),
            parts=parts,
            logits=found.model.outputs == "logits",
            state=open_state(folder, seed),
            folder=folder,
            verbose=verbose,
        )
        images = {
            "labeled": labeled,
            "unlabeled": unlabeled,
            "validation": validation,
            "test": test,
        }
        weights = run.begin(
            {
                "seed": seed,
                "method": method,
                "search_augmentation": search_augmentation,
                "batch_size": batch_size,
                "learning_rate": learning_rate,
                "unlabeled_ratio": unlabeled_ratio,
                "steps_per_epoch": steps_per_epoch,
                "epochs": epochs,
                "schedule": schedule,
                "patience": patience,
                "warmup_steps": warmup_steps,
                **options,
                **weigh(class_weight),
                **{n: identify(each) for n, each in images.items() if folder},
                "network": fingerprint(run.model.network),
            }
        )
        if folder is not None:  # so that a search that was interrupted goes on
            run.model.network.set_weights(weights)
            run.model.restart_average()
        if inspect:
            look_closely(run)
        searches = {
            "augmentation": search_augmentation,
            "batch size": batch_size is None,
            "learning rate": learning_rate is None and not compiled,
        }
        budget = Budget(search_share, length, baseline, searches)
        if search_augmentation:
            choose_augmentation(run, options, budget)
        run.prove()
        # What the search compiles for a batch size serves training too.
        settle_strong_labeled(run, length, batch_size or DEFAULT_BATCH_SIZE)
        batch_size = choose_batch_size(run, batch_size, unlabeled_ratio, budget)
        length = dataclasses.replace(length, batch_size=batch_size)
        settle_strong_labeled(run, length, batch_size)
        stages, step = foretell(run, length, baseline=baseline)
        rate = choose_learning_rate(
            run,
            learning_rate,
            compiled=compiled,
            schedule=length,
            budget=budget,
            step=step,
        )
        if run.report.accuracy:
            run.load()
        else:
            given = options if method is None else {**options, "method": method}
            note_settings(
                run,
                length,
                given,
                defaults=train.__kwdefaults__ or {},
                compiled=compiled,
                wrapped=run.model is model,
            )
            with run.telling(HALF_TRAINED):
                trained = train_phases(run, length, callbacks, stages)
            run.assign(run.evaluation_values())
            describe(run, *trained, length)
            run.save(trained=True)
        if baseline and "baseline" not in run.report.accuracy:
            ours = run.validate()
            with run.telling(TRAINED):
                other = train_baseline(run, length, weights, rate, stages)
            guard(run, length, ours, *other)
            run.save(trained=True)
        return run.report
