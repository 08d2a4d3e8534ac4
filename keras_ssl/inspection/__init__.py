"""Looks at model and data before training: facts, duplicates, mistakes."""

from keras_ssl.inspection.facts import ModelFacts
from keras_ssl.inspection.facts import Overlap
from keras_ssl.inspection.facts import SplitFacts
from keras_ssl.inspection.inspect import inspect
from keras_ssl.inspection.inspection import Inspection

__all__ = ["Inspection", "ModelFacts", "Overlap", "SplitFacts", "inspect"]
